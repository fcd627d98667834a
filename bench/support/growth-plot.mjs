// Draws bench/results/growth.svg: by hand, since a line needs no library.

/** A panel's frame and what is left around the lines in it. */
const panel = { width: 300, height: 190, left: 34, right: 20, top: 44, bottom: 28 };
const perRow = 3;
const discs = { SQLite: 4.5, PostgreSQL: 2.5 };
const margin = { top: 66, left: 12, bottom: 14 };

const style = `
  svg { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; color-scheme: light dark; }
  .ground { fill: #ffffff; } text { fill: #1f2328; } .soft { fill: #57606a; }
  .grid { stroke: #d8dee4; } .bound { stroke: #57606a; stroke-dasharray: 2 3; }
  .SQLite { stroke: #b35900; fill: #b35900; } .PostgreSQL { stroke: #0a58ca; fill: #0a58ca; }
  /* Where both lie upon each other, both are seen. */
  polyline.bound, polyline.SQLite, polyline.PostgreSQL { fill: none; } polyline.SQLite { stroke-width: 4.5; } polyline.PostgreSQL { stroke-width: 1.8; }
  tspan.SQLite, tspan.PostgreSQL { stroke: none; }
  .title { font-weight: 600; } .head { font-size: 15px; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; } text { fill: #e6edf3; } .soft { fill: #9ea7b3; }
    .grid { stroke: #30363d; } .bound { stroke: #9ea7b3; }
    .SQLite { stroke: #f0a04b; fill: #f0a04b; } .PostgreSQL { stroke: #6cb0ff; fill: #6cb0ff; }
  }`;

const escaped = (text) =>
  String(text).replace(
    /[&<>"]/g,
    (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign],
  );
const short = (count) => (count >= 1e6 ? `${count / 1e6} M` : `${count / 1e3} k`);
const fixed = (value) => Number(value.toFixed(1));

/** Where a number of connections and a ratio lie in a panel; the connections on a logarithmic scale. */
function scales(sizes, most) {
  const from = Math.log10(sizes[0]);
  const across = (panel.width - panel.left - panel.right) / (Math.log10(sizes.at(-1)) - from);
  const high = panel.height - panel.top - panel.bottom;
  return {
    x: (connections) => fixed(panel.left + (Math.log10(connections) - from) * across),
    y: (ratio) => fixed(panel.top + high * (1 - ratio / most)),
  };
}

/** A database's line, with a disc for each median, which tells its figure where it is pointed at. */
function line(database, { sizes: at }, { x, y }) {
  const points = at.map(({ connections, ratio }) => `${x(connections)},${y(ratio.median)}`);
  const marks = at.map(
    ({ connections, ms, ratio }) =>
      `<circle class="${database}" cx="${x(connections)}" cy="${y(ratio.median)}" r="${discs[database] ?? 3}"><title>${database}, ${connections.toLocaleString("en-GB")} connections: ${ms.median} ms, × ${ratio.median}</title></circle>`,
  );
  return `<polyline class="${database}" points="${points.join(" ")}"/>${marks.join("")}`;
}

function drawnPanel(question, lines, place, most) {
  const sizes = lines[0].measured.sizes.map(({ connections }) => connections);
  const scale = scales(sizes, most);
  const { x, y } = scale;
  const end = panel.width - panel.right;
  const step = most > 6 ? Math.ceil(most / 4) : 1;
  const ratios = Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
  const rules = ratios.map(
    (ratio) =>
      `<line class="grid" x1="${panel.left}" x2="${end}" y1="${y(ratio)}" y2="${y(ratio)}"/><text class="soft" x="${panel.left - 6}" y="${y(ratio) + 4}" text-anchor="end">${ratio}</text>`,
  );
  const names = sizes.map(
    (size) =>
      `<text class="soft" x="${x(size)}" y="${panel.height - panel.bottom + 17}" text-anchor="middle">${short(size)}</text>`,
  );
  const [from, to] = [sizes[0], sizes.at(-1)];
  const bound = [from, to].map((size) => `${x(size)},${y(Math.log(size) / Math.log(from))}`);
  const verdicts = lines
    .map(({ database, measured }) => `<tspan class="${database}">${database} ${measured.verdict}</tspan>`)
    .join(" · ");
  return `<g transform="translate(${place.x} ${place.y})">
<text class="title" x="${panel.left - 22}" y="14">${escaped(question)}</text>
<text class="soft" x="${panel.left - 22}" y="31">${verdicts}</text>
${rules.join("")}${names.join("")}
<polyline class="bound" points="${bound.join(" ")}"/>
${lines.map(({ database, measured }) => line(database, measured, scale)).join("\n")}
</g>`;
}

/** What each question costs as connections grow, as a picture: a panel for each, with a line for each database. */
export function growthPlot(found) {
  const names = Object.keys(found);
  const questions = Object.values(found)[0].map(({ question }) => question);
  const all = Object.values(found).flatMap((measured) =>
    measured.flatMap(({ sizes }) => sizes.map(({ ratio }) => ratio.median)),
  );
  const most = Math.max(2.2, ...all) * 1.05;
  const width = margin.left * 2 + perRow * panel.width;
  const height = margin.top + Math.ceil(questions.length / perRow) * panel.height + margin.bottom;
  const panels = questions.map((question, i) => {
    const place = {
      x: margin.left + (i % perRow) * panel.width,
      y: margin.top + Math.floor(i / perRow) * panel.height,
    };
    const lines = names.map((database) => ({
      database,
      measured: found[database].find((measured) => measured.question === question),
    }));
    return drawnPanel(question, lines, place, most);
  });
  const said = "What it costs as connections grow";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${said}">
<style>${style}
</style>
<rect class="ground" width="${width}" height="${height}"/>
<text class="head" x="${margin.left + 12}" y="26">${said}</text>
<text class="soft" x="${margin.left + 12}" y="46">Times the cost of the same at ${questions.length > 0 ? short(Object.values(found)[0][0].sizes[0].connections) : ""} connections, in one run; connections on a logarithmic scale. Dotted: a logarithm’s growth.</text>
${panels.join("\n")}
</svg>
`;
}

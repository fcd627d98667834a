import { printed } from "./requests.mjs";

const literal = (text) => JSON.stringify(text);
/** A JavaScript expression for a text with `{name}` in it. */
function filled(text) {
  const alone = /^\{(\w+)\}$/.exec(text);
  if (alone) return alone[1];
  return /\{\w+\}/.test(text) ? `\`${text.replace(/\{\w+\}/g, (name) => `$${name}`)}\`` : literal(text);
}
const object = (fields) =>
  `{ ${Object.entries(fields)
    .map(([name, value]) => `${literal(name)}: ${filled(value)}`)
    .join(", ")} }`;

function call({ call: name, method, path, headers, body, keep = {} }) {
  // fetch sets the length itself.
  const { "Content-Length": _, ...own } = headers;
  const sent = body ? `, JSON.stringify(${object(body)})` : "";
  const lines = [
    `const ${name} = await ask("${method}", base + ${filled(path)}, ${object(own)}${sent});`,
    `console.log("${name}", JSON.stringify(${name}));`,
  ];
  for (const [variable, field] of Object.entries(keep)) lines.push(`const ${variable} = ${name}.${field};`);
  return lines;
}

function login({ login: params, keep }, broker) {
  const lines = [
    `const answer = await ask("POST", sandbox + "/_sandbox/${broker}/login", { "Content-Type": "application/json" },`,
    `  JSON.stringify(${object({ ...params, username: "{username}" })}));`,
    "const callback = new URL(answer.redirect).searchParams;",
  ];
  for (const [variable, name] of Object.entries(keep)) {
    lines.push(`const ${variable} = callback.get("${name}");`);
  }
  return [...lines, `console.log("login", JSON.stringify({ ${Object.keys(keep).join(", ")} }));`];
}

function opened({ opened: name, from, with: key }) {
  return [
    `const cipher = createDecipheriv("aes-256-cbc", Buffer.from(${key}), Buffer.alloc(16));`,
    `const ${name} = cipher.update(${from}, "base64", "latin1") + cipher.final("latin1");`,
    `console.log("${name}", JSON.stringify(${name}));`,
  ];
}

function lines(step, broker) {
  if (step.call) return call(step);
  if (step.login) return login(step, broker);
  if (step.opened) return opened(step);
  const [first, second] = step.of;
  if (step.joined) return [`const ${step.joined} = ${first} + ${second}.slice(-${step.lastOfSecond});`];
  return [`const ${step.sha256} = createHash("sha256").update(${step.of.join(" + ")}).digest("hex");`];
}

/** The steps as a JavaScript module with fetch. */
export function javascript(broker, { title, steps }, { sandbox, known }) {
  const used = [];
  if (steps.some((step) => step.opened)) used.push("createDecipheriv");
  if (steps.some((step) => step.sha256)) used.push("createHash");
  return [
    `// ${title}. Prints one line per answer: ${steps.map(printed).filter(Boolean).join(", ")}.`,
    ...(used.length > 0 ? [`import { ${used.join(", ")} } from "node:crypto";`] : []),
    "",
    `const sandbox = process.env.SANDBOX ?? ${literal(sandbox)};`,
    `const base = process.env.BASE ?? sandbox + "/${broker}";`,
    ...Object.entries(known).map(([name, value]) => `const ${name} = ${literal(value)};`),
    "",
    "async function ask(method, url, headers, body) {",
    "  const answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(10_000) });",
    "  return await answer.json();",
    "}",
    ...steps.flatMap((step) => ["", ...lines(step, broker)]),
    "",
  ].join("\n");
}

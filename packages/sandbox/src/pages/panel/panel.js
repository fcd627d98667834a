// Makes the panel's pages follow: clocks tick, countdowns run, and what changed is fetched again. Without it they work.
(() => {
  const state = document.querySelector("[data-panel]");
  if (!state) return;
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
  const units = [
    ["d", 864e5],
    ["h", 36e5],
    ["min", 6e4],
    ["s", 1e3],
  ];
  const formats = {};
  let now = Number(state.dataset.now);
  let { mode, mark } = state.dataset;
  let read = performance.now();
  let busy = false;

  const current = () => (mode === "frozen" ? now : now + performance.now() - read);
  const two = (part) => String(part).padStart(2, "0");

  function wall(zone, ms) {
    formats[zone] ??= new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return Object.fromEntries(
      formats[zone].formatToParts(ms).map(({ type, value }) => [type, Number(value)]),
    );
  }

  function length(ms) {
    let left = Math.max(0, Math.ceil(ms / 1e3) * 1e3);
    const parts = [];
    for (const [unit, size] of units) {
      const count = Math.floor(left / size);
      left -= count * size;
      if (count > 0) parts.push(`${count} ${unit}`);
      else if (parts.length > 0) break;
    }
    return parts.slice(0, 2).join(" ") || "0 s";
  }

  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  function tick() {
    const ms = current();
    for (const each of document.querySelectorAll("[data-clock]")) {
      const { hour, minute, second } = wall(each.dataset.clock, ms);
      write(each, `${two(hour)}:${two(minute)}:${two(second)}`);
    }
    for (const each of document.querySelectorAll("[data-day]")) {
      const { year, month, day } = wall(each.dataset.day, ms);
      const weekday = days[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
      write(each, `${weekday} ${day} ${months[month - 1]} ${year}`);
    }
    for (const each of document.querySelectorAll("[data-ends]")) {
      const left = Number(each.dataset.ends) - ms;
      if (left <= 0 && each.textContent !== "over") mark = "";
      write(each, left > 0 ? `in ${length(left)}` : "over");
    }
  }

  // What is open stays open, what has the focus keeps it; forms lie outside of what is swapped.
  function swap(fresh) {
    const focused = document.activeElement?.id;
    for (const old of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(old.id);
      if (next && next.outerHTML !== old.outerHTML) old.replaceWith(document.importNode(next, true));
    }
    const lost = focused && document.getElementById(focused);
    if (lost && lost !== document.activeElement) lost.focus({ preventScroll: true });
  }

  async function follow() {
    if (busy || document.visibilityState !== "visible") return;
    busy = true;
    try {
      const answer = await (await fetch("/_sandbox/panel/state")).json();
      ({ now, mode } = answer);
      read = performance.now();
      if (answer.mark !== mark) {
        const page = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
        if (page.ok) swap(new DOMParser().parseFromString(await page.text(), "text/html"));
        mark = answer.mark;
      }
      tick();
    } catch {
      // The sandbox is away: the next time tells.
    } finally {
      busy = false;
    }
  }

  tick();
  setInterval(tick, 1000);
  setInterval(follow, 1500);
})();

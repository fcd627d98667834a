// Makes a page of the dashboard follow changes. Everything works without it.
(() => {
  const page = document;
  const all = (within, what) => [...within.querySelectorAll(what)];
  const touched = new WeakSet();
  const shown = new Map();
  let offset = 0;
  let last = 0;
  let lost = 0;
  let busy = false;
  let source;
  let timer;

  const units = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const stretch = (s) => {
    const from = units.findIndex(([size]) => s >= size || size === 1);
    const part = ([size, name], i) => `${Math.floor((i ? s % units[from][0] : s) / size)} ${name}`;
    return units
      .slice(from, from + 2)
      .map(part)
      .join(" ");
  };
  const count = () => {
    for (const time of all(page, "time[data-ends]")) {
      const left = Date.parse(time.dateTime) - Date.now() - offset;
      const text = left > 0 ? stretch(left / 1000) : "over";
      if (time.textContent === text) continue;
      time.textContent = text;
      if (left <= 0) soon();
    }
  };
  const ready = (from) => {
    offset = Date.parse(from.body.dataset.now) - Date.now();
    for (const button of all(page, "[data-copy]")) button.hidden = false;
    count();
  };
  // As the server wrote it, but for what is counted down.
  const written = (node) => node.outerHTML.replace(/(<time data-ends[^>]*>)[^<]*/g, "$1");

  // Controls by what they are, which is the same before and after: several alike are told apart by their order.
  const named = (within) => {
    const seen = {};
    return all(within, "input,textarea,select,button,a,summary,details").map((node) => {
      const { tagName, id, name, form, href, type } = node;
      const value = /button|submit|checkbox|radio/.test(type) ? node.value : "";
      const summary = node.closest("summary") ?? (tagName === "DETAILS" ? node.firstElementChild : null);
      const key = [tagName, id, name, form?.action, href, value, summary?.textContent].join();
      seen[key] = (seen[key] ?? 0) + 1;
      return [key + seen[key], node];
    });
  };
  const swap = (old, fresh) => {
    const focus = page.activeElement;
    // Whoever chooses, or composes a character, is not disturbed.
    if (old.contains(focus) && (busy || focus.tagName === "SELECT")) return;
    shown.set(old.id, written(fresh));
    const before = new Map(named(old));
    const { selectionStart: from, selectionEnd: to } = focus;
    const places = all(old, ".scroll").map((node) => node.scrollLeft);
    old.replaceWith(fresh);
    for (const [i, node] of all(fresh, ".scroll").entries()) node.scrollLeft = places[i];
    for (const [key, node] of named(fresh)) {
      const was = before.get(key);
      if (was?.open) node.open = true;
      if (touched.has(was)) {
        touched.add(node);
        node.value = was.value;
        node.checked = was.checked;
      }
      if (!was || was !== focus) continue;
      node.focus({ preventScroll: true });
      if (from != null) node.setSelectionRange(from, to);
    }
  };
  const refresh = async () => {
    last = Date.now();
    const headers = { accept: "text/html", "kunji-live": "1" };
    const answer = await fetch(location.href, { headers, signal: AbortSignal.timeout(10000) });
    if (answer.status > 499) throw answer;
    const out = new URL(answer.url).pathname === "/sign-in";
    page.getElementById("signed-out").hidden = !out;
    if (!out && answer.ok) {
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of all(page, "[data-live][id]")) {
        const fresh = next.getElementById(old.id);
        if (fresh && written(fresh) !== shown.get(old.id)) swap(old, fresh);
      }
      ready(next);
      listen();
    }
  };
  // One failed look may be chance.
  const followed = (well) => {
    const still = page.getElementById("stands-still");
    still.hidden = well || !lost;
    const since = well ? 0 : lost || Date.now() + offset;
    if (since && since !== lost)
      still.querySelector("time").textContent = `${new Date(since).toISOString().slice(11, 16)} UTC`;
    lost = since;
  };
  function soon() {
    if (page.hidden || timer) return;
    const go = () => {
      timer = 0;
      refresh().then(
        () => followed(true),
        () => followed(false),
      );
    };
    timer = setTimeout(go, last + 1000 - Date.now());
  }
  const listen = () => {
    if (page.hidden) source?.close();
    if (page.hidden || !window.EventSource || source?.readyState < 2) return;
    source = new EventSource("/live");
    source.addEventListener("changed", soon);
    source.onopen = () => last && soon();
    source.onerror = soon;
  };

  page.addEventListener("input", ({ target }) => touched.add(target));
  page.addEventListener("compositionstart", () => (busy = true));
  page.addEventListener("compositionend", () => (busy = false));
  page.addEventListener("click", async ({ target }) => {
    const id = target.dataset?.copy;
    if (!id) return;
    await navigator.clipboard.writeText(page.getElementById(id).textContent.trim());
    target.textContent = "Copied";
  });
  for (const node of all(page, "[data-live][id]")) shown.set(node.id, written(node));
  ready(page);
  setInterval(() => {
    count();
    if ((lost || page.querySelector("[data-waits]")) && Date.now() - last > 3000) soon();
  }, 1000);
  listen();
  page.addEventListener("visibilitychange", () => {
    listen();
    soon();
  });
  setInterval(soon, 30000);
})();

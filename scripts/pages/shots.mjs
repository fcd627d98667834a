// Pictures of pages in light, in the dark and on a phone, and a page to look at them side by side.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const desktop = { width: 1280, height: 800 };
/** How each picture is taken. */
export const looks = {
  light: { colorScheme: "light", viewport: desktop },
  dark: { colorScheme: "dark", viewport: desktop },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 } },
};

/** A page's name as a file has it. */
export const fileName = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

const shotFile = ({ group, name }, look) => `${fileName(`${group}-${name}`)}-${look}.png`;

/** Takes the page as it stands in each look. */
export async function shoot(page, each, folder) {
  for (const [look, { colorScheme, viewport }] of Object.entries(looks)) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(viewport);
    await page.screenshot({
      path: join(folder, shotFile(each, look)),
      fullPage: true,
      animations: "disabled",
    });
  }
  await page.setViewportSize(desktop);
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const row = (each) =>
  `<section><h2>${escaped(each.group)}: ${escaped(each.name)}</h2><div>${Object.keys(looks)
    .map(
      (look) =>
        `<a href="${shotFile(each, look)}"><img class="${look}" src="${shotFile(each, look)}" alt="${escaped(each.name)}, ${look}" loading="lazy"></a>`,
    )
    .join("")}</div></section>`;

/** Writes the page that shows the pictures that lie in the folder, in the order of the pages. @returns its path */
export async function writeIndex(pages, folder) {
  const file = join(folder, "index.html");
  const there = new Set(await readdir(folder));
  const shown = pages.filter((each) => Object.keys(looks).every((look) => there.has(shotFile(each, look))));
  await writeFile(
    file,
    `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page of Kunji</title>
<style>
body { font: 1rem/1.4 system-ui, sans-serif; margin: 1.5rem; background: #777; color: #fff; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
div { display: flex; gap: 1rem; align-items: flex-start; }
a { flex: 0 1 42%; } a:last-child { flex: 0 0 14%; }
img { width: 100%; display: block; }
</style>
<h1>Every page, light, dark and on a phone</h1>
${shown.map(row).join("\n")}
</html>
`,
  );
  return file;
}

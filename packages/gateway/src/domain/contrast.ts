/** A colour as three numbers from 0 to 255. */
type Colour = readonly [red: number, green: number, blue: number];

const colourForm = /^#[0-9a-f]{6}$/;

/** `#rrggbb`, in small letters. */
export const isColour = (text: string): boolean => colourForm.test(text);

const read = (colour: string): Colour =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as never;

const write = (colour: Colour): string =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

function luminance(colour: string): number {
  const [red, green, blue] = read(colour).map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Colour;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** How far two colours stand apart, 1 to 21. @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** White or black: whichever is read better on a ground. One of them always reaches 4.5. */
export const inkOn = (ground: string): string =>
  contrast(ground, "#ffffff") >= contrast(ground, "#000000") ? "#ffffff" : "#000000";

const steps = 20;

/** The colour, made lighter in steps until it stands that far from a dark ground. */
export function lightened(colour: string, ground: string, wanted: number): string {
  const start = read(colour);
  for (let step = 0; step <= steps; step++) {
    const lighter = write(start.map((part) => part + ((255 - part) * step) / steps) as unknown as Colour);
    if (contrast(lighter, ground) >= wanted) return lighter;
  }
  return "#ffffff";
}

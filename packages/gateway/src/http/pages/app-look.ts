import { inkOn, lightened } from "../../domain/contrast.js";
import { dashboardReturn } from "../../domain/return-url.js";
import type { App } from "../../ports/apps.js";

/** How an app looks to its users. */
export interface AppLook {
  /** Its name, else the host that its users go back to. */
  readonly name: string;
  /** A path; `undefined` where it has no logo. */
  readonly logo: string | undefined;
  /** `#rrggbb`; `null` for the gateway's own colour. */
  readonly accent: string | null;
}

/** Where an app's logo is; another one has another address, so that browsers may keep it. */
export const logoPath = ({ handle, logoType, updatedAt }: Pick<App, "handle" | "logoType" | "updatedAt">) =>
  logoType === null ? undefined : `/logos/${handle}?${updatedAt}`;

/** @param publicUrl the gateway's own address, by which its operators' logins are told from an app's */
export const lookOf = (app: App, returnUrl: string, publicUrl?: string): AppLook => ({
  name:
    app.displayName ??
    (publicUrl !== undefined && returnUrl === dashboardReturn(publicUrl) ? "Kunji" : new URL(returnUrl).host),
  logo: logoPath(app),
  accent: app.accent,
});

/** Where the rules for an accent are: their address says all that is in them. */
export const accentPath = (accent: string): string => `/accents/${accent.slice(1)}.css`;

/** What buttons are drawn on by night: `--sheet` of the stylesheet. */
export const nightSheet = "#1e2125";
/** @see https://www.w3.org/TR/WCAG22/#non-text-contrast */
const standsOut = 3;

/** The rules that give pages an accent, by day and by night. @param accent `#rrggbb` */
export function accentStyle(accent: string): string {
  const rules = (colour: string) => `:root { --key: ${colour}; --on-key: ${inkOn(colour)}; }`;
  return `${rules(accent)}
@media (prefers-color-scheme: dark) { ${rules(lightened(accent, nightSheet, standsOut))} }
`;
}

/** What a return URL's query is given by the gateway, and so may not hold before. */
export const toldNames = ["connection", "code", "error"] as const;

/** Whether a browser may be sent there: one of the registered URLs to the letter, and a place on the web. */
export const isReturnUrl = (registered: readonly string[], url: string): boolean =>
  registered.includes(url) && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** Where the browsers of operators come back who connect accounts of their own. No app has it among its return URLs. */
export const dashboardReturn = (publicUrl: string): string => `${publicUrl}/connected`;

/**
 * Whether a login of an app's may lead a browser there: to one of its own URLs, or to the dashboard. A connection has the
 * dashboard's only where an operator has begun it there, since an app can't register it.
 */
export const mayLeadTo = (publicUrl: string, registered: readonly string[], url: string): boolean =>
  url === dashboardReturn(publicUrl) || isReturnUrl(registered, url);

/** A return URL with what the app is told; what its query holds already stays as it is. */
export function returnUrlWith(
  returnUrl: string,
  told: Readonly<Partial<Record<(typeof toldNames)[number], string>>>,
): string {
  const url = new URL(returnUrl);
  const added = new URLSearchParams(told).toString();
  url.search = url.search === "" ? added : `${url.search}&${added}`;
  return url.href;
}

/** The gateway's foundations: where it keeps what it knows, how it keeps it secret, and when markets open. */
export { openStore } from "./adapters/database/open-store.js";
export { openVault } from "./adapters/vault/open-vault.js";
export { createMarketCalendar } from "./domain/market-calendar.js";

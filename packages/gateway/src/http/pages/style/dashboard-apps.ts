/** Apps and webhooks: lists, long forms, what a check finds, and what was sent. */
export const appsStyle = `
.name { font-weight: 650; }
.with-mark { display: flex; align-items: center; gap: .75rem; min-width: 0; }
.with-mark .broker-mark { width: 2.4rem; height: 2.4rem; }
.under-head { margin: -.75rem 0 1.25rem; }
.app-rows { list-style: none; margin: 0; padding: 0; }
.app-rows > li { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .25rem 1rem; align-items: start; padding: 1rem 0; border-top: 1px solid var(--rule); }
.app-rows > li:first-child { border-top: 0; padding-top: .25rem; }
.app-rows > li > div { min-width: 0; overflow-wrap: anywhere; }
.app-rows p { margin: .15rem 0 0; }
.app-rows .count { font-variant-numeric: tabular-nums; white-space: nowrap; text-align: right; }
.app-rows .hook-row { grid-template-columns: minmax(0, 1fr) auto; }
.trouble { color: var(--on-alert); font-size: .92rem; }
.broker-cards { list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; margin: 1rem 0 0; padding: 0; }
.broker-cards li { position: relative; display: flex; gap: .9rem; align-items: center; padding: .9rem; border: 1px solid var(--rule); border-radius: .6rem; }
.broker-cards li:hover { border-color: var(--key); }
.broker-cards p { margin: 0; }
.broker-cards .name { text-decoration: none; }
.broker-cards .name::after { content: ""; position: absolute; inset: 0; }
.dashboard main:has(> .filled) > * { max-width: 48rem; }
.app-page section { min-width: 0; }
.filled + .filled { margin-top: 1.2rem; padding-top: 1.2rem; border-top: 1px solid var(--rule); }
.filled input, .filled textarea, .filled select { max-width: 34rem; }
.filled input[type=number], .filled input[type=time] { width: 9rem; }
.filled > button, .filled .row > button { width: auto; min-width: 9rem; margin: 0; }
.filled > .row { margin: 1.25rem 0 0; }
.filled > :first-child { margin-top: 0; }
.filled label + .ticks { margin-top: .25rem; }
textarea { display: block; width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .35rem; padding: .6rem; resize: vertical; }
textarea + .soft, select + .soft, .wrong + .soft { margin: .35rem 0 0; }
[aria-invalid] { border-color: var(--on-alert); border-width: 2px; }
.wrong { color: var(--on-alert); font-weight: 600; font-size: .92rem; margin: .35rem 0 0; }
.theirs { font-weight: 400; font-size: .85rem; color: var(--soft); }
.rest { margin-top: 1.1rem; }
.rest summary { font-weight: 600; }
.ticks.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0 1rem; }
.findings { list-style: none; margin: 0 0 1rem; padding: 0; }
.is-paused::before { border-radius: 0; background: linear-gradient(90deg, currentColor 35%, transparent 35% 65%, currentColor 65%); }
.findings li { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .15rem .75rem; padding: .7rem 0; border-top: 1px solid var(--rule); }
.findings .status { justify-self: start; align-self: start; }
.findings p { margin: .1rem 0 0; font-size: .95rem; }
.looks { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 .5rem; }
.looks figcaption { flex: 1 0 100%; }
.look { flex: 1 1 15rem; max-width: 20rem; border: 1px solid var(--rule); border-radius: .75rem; padding: 1rem; }
.by-day { background: #f6f6f3; color: #1c1e21; }
.by-night { background: #15171a; color: #e7e9ec; }
.look p { margin: 0; }
.look-whose { display: flex; gap: .5rem; align-items: center; justify-content: center; font-size: .9rem; }
.look-whose img { object-fit: contain; border-radius: .35rem; }
.look-sheet { margin-top: .75rem; padding: 1rem; border-radius: .75rem; background: #fff; }
.by-night .look-sheet { background: #1e2125; }
.look-sheet .broker-mark { width: 2rem; height: 2rem; }
.look .look-title { font-weight: 650; margin: .35rem 0 .75rem; }
.look-button { display: block; width: 100%; height: auto; }
.dashboard a.button.quiet { background: transparent; color: inherit; border: 1px solid var(--soft); }
.badge.bad { background: var(--alert); color: var(--on-alert); border-color: transparent; }
div.said { margin: 0 0 1rem; }
div.said > p { margin: 0 0 .6rem; }
section > .head { margin: 0 0 .5rem; }
section > .head h2, section > .head form { margin: 0; }
.deliveries td p { margin: 0; }
.deliveries td { vertical-align: middle; }
.deliveries td:nth-child(-n+1) { min-width: 12rem; }
.deliveries form > button { width: auto; margin: 0; }
.pair-fields { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem .75rem; }
.pair-fields label { margin: 0 0 .25rem; }
.pair-fields input { width: 9rem; }
.pair-fields > button { width: auto; margin: 0; }
@media (max-width: 48rem) { .deliveries td:empty { display: none; } .deliveries td:first-child, .deliveries td:last-child { padding-left: 0; } }
@media (min-width: 64rem) {
  .app-page { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; align-items: start; }
}
@media (max-width: 30rem) {
  .app-rows .count { grid-column: 2; text-align: left; }
  .app-rows .hook-row .count { grid-column: 1; }
  .findings li { grid-template-columns: 1fr; }
}
`;

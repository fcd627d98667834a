/** Bars with their numbers, and what happened in sentences. */
export const activityStyle = `
.dashboard main:has(> .tabs.across) > * { max-width: none; }
.numbers { display: grid; gap: 1rem; margin: 0 0 1rem; }
.numbers section { margin: 0; min-width: 0; }
.numbers .pair { margin: 0; gap: .6rem; }
.numbers .broker-mark { width: 1.6rem; height: 1.6rem; }
.numbers h3 { font-size: .92rem; margin: 1rem 0 .35rem; }
.counted th, .counted td { vertical-align: middle; }
.counted thead td { border: 0; }
.counted tbody th { font-weight: 550; white-space: nowrap; }
.counted thead th { font-weight: 500; font-size: .85rem; white-space: nowrap; }
.counted .along { width: 45%; }
.counted .count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 0; padding-left: .9rem; }
.counted .of { display: none; }
.stack { display: block; border-radius: .2rem; background: var(--ground); }
.swatch { vertical-align: -.15em; }
.bar-good { fill: var(--key); }
.bar-bad { stroke: var(--on-alert); stroke-width: 1; }
.stripe-ground { fill: var(--alert); }
.stripe { fill: var(--on-alert); }
.bar-open { fill: var(--sheet); stroke: var(--soft); stroke-width: 1.500; }
.whys { margin: 0; padding-left: 1.1rem; font-size: .92rem; }
.told { list-style: none; margin: 0 0 .75rem; padding: 0; }
.told li { display: grid; gap: .1rem 1rem; padding: .6rem 0; border-top: 1px solid var(--rule); }
.told li:first-child { border-top: 0; padding-top: .25rem; }
.told p { margin: 0; }
.told p + .soft { font-size: .82rem; }
.ways { display: flex; gap: 1.25rem; }
@media (max-width: 40rem) {
  .counted thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .counted, .counted tbody { display: block; }
  .counted tr { display: grid; grid-template-columns: repeat(3, 1fr); gap: .4rem .75rem; padding: .8rem 0; border-top: 1px solid var(--rule); }
  .counted tbody tr:first-child { border-top: 0; padding-top: 0; }
  .counted tbody th, .counted td { border: 0; padding: 0; }
  .counted tbody th, .counted .along { grid-column: 1 / -1; width: auto; }
  .counted .count { text-align: left; padding: 0; white-space: normal; }
  .counted .of { display: block; color: var(--soft); font-size: .82rem; }
}
@media (min-width: 48rem) {
  .told li { grid-template-columns: 12rem 1fr auto; align-items: baseline; }
}
@media (min-width: 60rem) {
  .numbers { grid-template-columns: 1fr 1fr; }
  .numbers > :not(.half) { grid-column: 1 / -1; }
}
`;

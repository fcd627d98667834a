/** Bars with their numbers, and what happened in sentences. */
export const activityStyle = `
.dashboard main:has(> .tabs.across) > * { max-width: none; }
.numbers { display: grid; gap: 1rem; margin: 0 0 1rem; }
.numbers section { margin: 0; min-width: 0; }
.numbers .pair { margin: 0; gap: .6rem; }
.numbers .broker-mark { width: 1.6rem; height: 1.6rem; }
.numbers h3 { font-size: .92rem; margin: 1rem 0 .35rem; }
.bars th, .bars td { vertical-align: middle; }
.bars tbody th { font-weight: 550; white-space: nowrap; }
.bars thead th { font-weight: 500; font-size: .85rem; white-space: nowrap; }
.bars .along { width: 45%; }
.bars .count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 0; padding-left: .9rem; }
.bars .of { display: none; }
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
  .bars thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .bars, .bars tbody, .bars tr, .bars th, .bars td { display: block; }
  .bars tr { padding: .7rem 0; border-top: 1px solid var(--rule); }
  .bars tr:first-child { border-top: 0; padding-top: 0; }
  .bars th, .bars td { border: 0; padding: 0 0 .3rem; }
  .bars .along { width: auto; }
  .bars .count { display: flex; justify-content: space-between; gap: 1rem; padding: .1rem 0; }
  .bars .of { display: inline; color: var(--soft); }
}
@media (min-width: 48rem) {
  .told li { grid-template-columns: 12rem 1fr auto; align-items: baseline; }
}
`;

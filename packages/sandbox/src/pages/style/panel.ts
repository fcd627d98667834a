/** The control panel: its way about, clocks, and the sequence of calls. */
export const panelStyle = `.under { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; justify-content: space-between; padding-top: .75rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem; margin: 0; padding: 0; }
.under nav a, .filter a { display: block; padding: .35rem .65rem; border-radius: .5rem; text-decoration: none; color: var(--quiet); font-weight: 550; font-size: .95rem; }
.under nav a:hover, .filter a:hover { background: var(--soft); color: var(--ink); }
nav a[aria-current] { background: var(--soft); color: var(--ink); box-shadow: inset 0 -2px 0 var(--brand); }
.filter { margin: 0 0 1rem; }
.clocks { margin: 0; font-size: .88rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.clocks span { margin-right: .75rem; }
.faces { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; }
.faces p { margin: 0; }
.face { font-size: 2rem; line-height: 1.2; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.faces + p { margin: .75rem 0 0; }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; }
.head p { margin: 0; }
.head button { padding: .3rem .7rem; font-size: .88rem; }
.ends .who a { margin-left: auto; font-size: .88rem; white-space: nowrap; }
.ends p + p { padding-left: 1.85rem; }
time { font-variant-numeric: tabular-nums; }
.otp { font-size: 1.1rem; font-weight: 650; letter-spacing: .08em; }
.sequence { list-style: none; margin: 0; padding: 0; font-size: .92rem; }
.sequence a { display: grid; grid-template-columns: 1fr auto; gap: .1rem .75rem; padding: .6rem .5rem; text-decoration: none; border-top: 1px solid var(--line); }
.sequence li:first-child a { border-top: 0; }
.sequence a:hover { background: var(--soft); }
.sequence .when { grid-column: 1 / -1; }
.sequence small { color: var(--quiet); }
.sequence .end { font-weight: 550; color: var(--quiet); font-size: .88rem; }
.lane { grid-column: 1 / -1; grid-row: 3; min-width: 0; }
.lane > span { display: block; position: relative; padding: 0 .9rem .2rem; overflow-wrap: anywhere; }
.lane .to { border-bottom: 1.5px solid var(--edge); }
.lane .back { min-height: 1.9rem; border-bottom: 1.5px dashed var(--edge); padding-top: .3rem; text-align: right; }
.lane .to::after, .lane .back::after { content: ""; position: absolute; bottom: -5px; border: 4.5px solid transparent; }
.lane .to::after { right: -1px; border-left: 8px solid var(--edge); border-right: 0; }
.lane .back::after { left: -1px; border-right: 8px solid var(--edge); border-left: 0; }
.pages { display: flex; gap: 1rem; padding-top: .75rem; }
@media (min-width: 46rem) {
  .sequence a { grid-template-columns: 6rem 4.5rem 1fr 11rem; gap: .75rem; }
  .sequence .when { grid-column: auto; }
  .sequence .when small { display: block; }
  .sequence .end:nth-of-type(2) { text-align: right; }
  .lane { grid-column: auto; grid-row: auto; }
}`;

/** The dashboard's frame, and what its pages are built from. */
export const frameStyle = `
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; background: var(--sheet); padding: .5rem .75rem; border-radius: .35rem; }
.strip { background: var(--well); color: var(--on-well); font-size: .85rem; padding: .4rem 1rem; text-align: center; }
.strip p { margin: 0; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.5rem; padding: .6rem 1rem 0; background: var(--sheet); border-bottom: 1px solid var(--rule); }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 700; text-decoration: none; letter-spacing: .01em; }
.mark-ground { fill: var(--key); }
.mark-key { fill: none; stroke: var(--on-key); stroke-width: 1.8; stroke-linecap: round; }
.top nav { order: 3; width: 100%; margin: 0 -.5rem; }
.top nav ul { display: flex; flex-wrap: wrap; list-style: none; margin: 0; padding: 0; }
.top nav a { display: block; padding: .45rem .5rem; white-space: nowrap; text-decoration: none; color: var(--soft); border-bottom: 2px solid transparent; }
.top nav a:hover { color: var(--text); }
.top nav a[aria-current] { color: var(--text); font-weight: 600; border-color: var(--key); }
.who { display: flex; align-items: center; gap: .75rem; margin-left: auto; min-width: 0; }
.who span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.who > button { width: auto; margin: 0; }
button.small { padding: .3rem .7rem; font-size: .9rem; }
.dashboard main { max-width: 72rem; padding-top: 1.5rem; }
.dashboard main:focus { outline: none; }
.head { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; margin: 0 0 1.25rem; }
.head h1 { margin: 0; font-size: 1.5rem; }
.dashboard main:has(> .tabs) > * { max-width: 48rem; }
.dashboard section > :last-child { margin-bottom: 0; }
input + .soft { margin: .35rem 0 0; }
.tabs ul { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; margin: 0 0 1rem; padding: 0; border-bottom: 1px solid var(--rule); }
.tabs a { display: block; padding: .5rem .75rem; color: var(--soft); text-decoration: none; border-bottom: 2px solid transparent; margin-bottom: -1px; }
.tabs a[aria-current] { color: var(--text); font-weight: 600; border-color: var(--key); }
.narrow { max-width: 28rem; }
.narrow > button { width: auto; min-width: 10rem; }
.rows { list-style: none; margin: 0 0 .75rem; padding: 0; }
.rows > li { display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: .5rem 1rem; padding: .75rem 0; border-top: 1px solid var(--rule); }
.rows > li:first-child { border-top: 0; padding-top: .25rem; }
.rows > li > div { min-width: 0; flex: 1 1 14rem; overflow-wrap: anywhere; }
.rows p { margin: .15rem 0 0; }
.rows form > button, .inline > button { width: auto; margin: 0; }
.inline { margin: 0 0 .75rem; }
.end[open] { flex-basis: 100%; }
.end form p { margin: .5rem 0; }
summary { cursor: pointer; }
.end summary { color: var(--soft); font-size: .9rem; }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.badge { display: inline-block; border: 1px solid var(--rule); border-radius: 1rem; padding: .05rem .55rem; font-size: .8rem; font-weight: 500; vertical-align: middle; }
.badge.good { background: var(--well); color: var(--on-well); border-color: transparent; }
.dashboard a.button { display: inline-block; width: auto; margin: 0; background: var(--key); color: var(--on-key); border-radius: .35rem; padding: .6rem 1rem; font-weight: 600; text-decoration: none; }
.steps { padding-left: 1.25rem; margin: 0 0 1rem; }
.steps > li { margin: 0 0 1.25rem; }
.qr { display: block; max-width: 100%; height: auto; border-radius: .35rem; margin: 0 0 .75rem; }
.qr-light { fill: #fff; }
.qr-dark { fill: #000; }
code.secret { font-size: 1rem; overflow-wrap: anywhere; user-select: all; background: var(--ground); border-radius: .35rem; padding: .3rem .5rem; }
.once { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; }
.ticks { list-style: none; margin: .25rem 0 0; padding: 0; }
.ticks li { display: flex; gap: .6rem; align-items: baseline; padding: .2rem 0; }
.ticks input { width: 1.1rem; height: 1.1rem; flex: none; }
.ticks label { margin: 0; font-weight: 400; }
fieldset { border: 0; margin: 1rem 0 0; padding: 0; }
legend { font-weight: 600; padding: 0; }
select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .35rem; padding: .55rem; max-width: 100%; }
.choice { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin: 0 0 1rem; }
.choice label { margin: 0; }
.choice > button { width: auto; margin: 0; }
.sign-in .brand { margin-bottom: 1.25rem; }
.sign-in details { margin-top: 1.25rem; }
@media (max-width: 40rem) { .more { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } }
@media (min-width: 64rem) {
  .top { flex-wrap: nowrap; padding-top: 0; }
  .top nav { order: 0; width: auto; margin: 0; }
  .top nav a { padding: 1rem .7rem; }
}
`;

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
.top nav { order: 3; width: 100%; overflow-x: auto; margin: 0 -1rem; padding: 0 1rem; box-sizing: content-box; scrollbar-width: thin; }
.top nav ul { display: flex; gap: .25rem; list-style: none; margin: 0; padding: 0; }
.top nav a { display: block; padding: .6rem .7rem; white-space: nowrap; text-decoration: none; color: var(--soft); border-bottom: 2px solid transparent; }
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
@media (min-width: 64rem) {
  .top { flex-wrap: nowrap; padding-top: 0; }
  .top nav { order: 0; width: auto; margin: 0; padding: 0; }
  .top nav a { padding: 1rem .7rem; }
}
`;

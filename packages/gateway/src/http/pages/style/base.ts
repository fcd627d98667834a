/** What every page is made of: colours, type, forms and tables. Readable at a phone's width first; light and dark follow the reader's setting. */
export const baseStyle = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --sheet: #fff; --text: #1c1e21; --soft: #5c626b; --rule: #d7d9dc;
  --key: #0b5c55; --on-key: #fff; --alert: #fbe9e7; --on-alert: #86190d; --well: #e5f3ea; --on-well: #17502f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --sheet: #1e2125; --text: #e7e9ec; --soft: #a4abb4; --rule: #383d44;
    --key: #5cc4b8; --on-key: #06201d; --alert: #43201b; --on-alert: #ffb9ad; --well: #17331f; --on-well: #abe5bd;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 28rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
main.wide { max-width: 56rem; }
section { background: var(--sheet); border: 1px solid var(--rule); border-radius: .5rem; padding: 1.25rem; margin: 0 0 1rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9rem; }
.said { border-radius: .35rem; padding: .6rem .8rem; }
.said.bad { background: var(--alert); color: var(--on-alert); }
.said.good { background: var(--well); color: var(--on-well); }
.account { font-size: 1.25rem; font-weight: 650; }
label { display: block; font-weight: 600; margin: .9rem 0 .25rem; }
input { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .35rem; padding: .6rem; }
button { font: inherit; font-weight: 600; cursor: pointer; background: var(--key); color: var(--on-key); border: 1px solid var(--key); border-radius: .35rem; padding: .6rem 1rem; }
button.plain { background: transparent; color: inherit; border-color: var(--soft); }
form > button { width: 100%; margin-top: 1.1rem; }
form + p { margin-top: .75rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
.row form > button { width: auto; margin: 0; }
a { color: inherit; }
:focus-visible { outline: 3px solid #3f8cff; outline-offset: 2px; }
.scroll { overflow-x: auto; }
td .soft { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--rule); }
thead th { border-top: 0; color: var(--soft); }
pre { overflow-x: auto; margin: 0 0 .75rem; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

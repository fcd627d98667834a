/** Calm, readable, at a phone's width first; light and dark follow the reader's setting. */
export const css = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --ink: #1b1f24; --quiet: #5b6470; --line: #d9dee5; --field: #ffffff;
  --note: #fff4d6; --note-ink: #5a4200; --bad: #fdecea; --bad-ink: #8c1d12; --good: #e6f4ea; --good-ink: #14532d;
  --brand: #2f3b52; --on-brand: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1d2127; --ink: #e8eaed; --quiet: #a2abb6; --line: #353c45; --field: #14171b;
    --note: #3a2f10; --note-ink: #ffe2a0; --bad: #40201c; --bad-ink: #ffb4a8; --good: #16331f; --good-ink: #a8e6bd;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink); line-height: 1.5;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
.sandbox {
  margin: 0; padding: .55rem 1rem; text-align: center; font-size: .875rem;
  background: var(--note); color: var(--note-ink); border-bottom: 1px solid var(--line);
}
.bar { background: var(--brand); color: var(--on-brand); padding: .9rem 1.25rem; }
.bar p { margin: 0 auto; max-width: 60rem; font-weight: 650; font-size: 1.15rem; letter-spacing: .01em; }
.bar small { font-weight: 400; font-size: .8rem; opacity: .9; margin-left: .6rem; letter-spacing: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
main.narrow { max-width: 27rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
p { margin: 0 0 .75rem; }
.quiet { color: var(--quiet); font-size: .9rem; }
a { color: inherit; text-underline-offset: .15em; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.25rem; margin: 0 0 1.25rem; box-shadow: 0 1px 2px rgb(0 0 0 / .05);
}
.brand-edge { border-top: .25rem solid var(--brand); }
label { display: block; font-weight: 550; font-size: .9rem; margin: .9rem 0 .3rem; }
input[type="text"], input[type="password"], input[type="url"] {
  width: 100%; font: inherit; color: inherit; background: var(--field);
  border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .75rem;
}
button {
  font: inherit; font-weight: 600; cursor: pointer; border-radius: .5rem; padding: .6rem 1rem;
  background: var(--brand); color: var(--on-brand); border: 1px solid transparent;
}
button.wide { width: 100%; margin-top: 1.1rem; }
button.plain { background: transparent; color: inherit; border-color: var(--line); }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid #4c9aff; outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: 1.1rem; }
.buttons button { flex: 1 1 8rem; }
.notice { border-radius: .5rem; padding: .7rem .9rem; margin: .75rem 0; }
.notice.bad { background: var(--bad); color: var(--bad-ink); }
.notice.good { background: var(--good); color: var(--good-ink); }
ul.rows { list-style: none; margin: 0; padding: 0; }
ul.rows > li {
  display: flex; gap: .75rem; align-items: center; justify-content: space-between;
  padding: .7rem 0; border-top: 1px solid var(--line);
}
ul.rows > li:first-child { border-top: 0; }
ul.rows p { margin: 0; }
ul.rows form { flex: none; }
ul.rows button { padding: .4rem .8rem; font-size: .9rem; }
code, .code { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; font-size: .9em; }
.code { overflow-wrap: anywhere; }
td.code { white-space: nowrap; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .3rem 1rem; margin: .5rem 0; }
dt { color: var(--quiet); font-size: .9rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-weight: 550; }
.head { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; }
.dot { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; background: var(--brand); margin-right: .5rem; }
ul.terms { margin: .25rem 0 0; padding-left: 1.2rem; }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
`;

/** Calm, readable, at a phone's width first; light and dark follow the reader's setting. */
export const baseStyle = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #16191d; --quiet: #57606b; --line: #e0e4e9; --edge: #868f9b; --soft: #eef1f4;
  --note: #fff3d1; --note-ink: #5c4300; --bad: #fde8e6; --bad-ink: #8f1d12; --good: #e3f4e8; --good-ink: #14532d;
  --focus: #2563eb;
}
.of-sandbox { --brand: #3a4fd0; --on-brand: #fff; }
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1215; --card: #171b20; --ink: #e9ecef; --quiet: #a0aab5; --line: #2b323a; --edge: #6b7580; --soft: #20262d;
    --note: #3a2e0d; --note-ink: #ffe0a0; --bad: #43201c; --bad-ink: #ffb9ad; --good: #14321f; --good-ink: #a6e6bc;
    --focus: #7aa7ff;
  }
  .of-sandbox { --brand: #97a6ff; --on-brand: #0e1330; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
body.tinted { background: color-mix(in srgb, var(--brand) 7%, var(--page)); }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; z-index: 2; padding: .5rem .75rem; background: var(--card); border-radius: .5rem; }
.sandbox { margin: 0; padding: .5rem 1rem; text-align: center; font-size: .85rem; background: var(--note); color: var(--note-ink); }
.bar, .under, main { margin: 0 auto; max-width: 72rem; padding: 0 1rem; }
.bar.narrow, main.narrow { max-width: 28rem; }
.bar.medium, main.medium { max-width: 60rem; }
.bar { display: flex; align-items: center; gap: .75rem; padding-top: 1.25rem; }
.bar p { margin: 0; line-height: 1.25; }
.bar strong { display: block; font-size: 1.05rem; letter-spacing: -.01em; }
.bar small { color: var(--quiet); font-size: .85rem; }
.mark { flex: none; vertical-align: -.3em; width: 1.35em; height: 1.35em; }
.mark.big { width: 2.6rem; height: 2.6rem; }
.mark rect { fill: var(--brand); }
.mark text { fill: var(--on-brand); font: 700 20px system-ui, sans-serif; }
main { padding-top: 1.25rem; padding-bottom: 4rem; outline: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; line-height: 1.35; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: .9rem; margin: 1rem 0 .35rem; color: var(--quiet); }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.quiet, .hint { color: var(--quiet); font-size: .88rem; }
a { color: inherit; text-underline-offset: .18em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: .3rem; }
.card > :last-child, .card > :last-child > :last-child { margin-bottom: 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: 1.25rem; margin: 0 0 1.25rem; min-width: 0; }
.brand-edge { border-top: .25rem solid var(--brand); }
.who { display: flex; gap: .5rem; align-items: flex-start; }
.who .mark { margin-top: .1em; }
.two, .grid { display: grid; gap: 0 1.25rem; align-items: start; }
.notice { border-radius: .6rem; padding: .7rem .9rem; margin: .75rem 0; }
.notice.bad, .tag.bad { background: var(--bad); color: var(--bad-ink); }
.notice.good, .tag.good { background: var(--good); color: var(--good-ink); }
.tag { display: inline-block; border-radius: 1rem; padding: .05rem .55rem; font-size: .8rem; font-weight: 600; background: var(--soft); }
.tag.note { background: var(--note); color: var(--note-ink); }
code, .code { font: .9em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; overflow-wrap: anywhere; unicode-bidi: isolate; }
pre { margin: 0; padding: .75rem; max-height: 26rem; overflow: auto; background: var(--soft); border-radius: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .88rem; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .3rem 1rem; margin: .5rem 0; font-size: .92rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
ul.rows, ul.plain-list { list-style: none; margin: 0; padding: 0; }
ul.rows > li { display: flex; gap: .75rem; align-items: center; justify-content: space-between; padding: .75rem 0; border-top: 1px solid var(--line); }
ul.rows > li:first-child { border-top: 0; }
ul.rows > li > div { flex: 1; min-width: 0; }
ul.rows p { margin: 0; }
ul.terms { margin: .25rem 0 1rem; padding-left: 1.2rem; }
.pair { display: flex; align-items: center; gap: .75rem; }
.empty { color: var(--quiet); margin: .5rem 0; }
@media (min-width: 52rem) {
  .two { grid-template-columns: 5fr 6fr; }
  .cards { columns: 2; column-gap: 1.25rem; }
  .cards > .card { break-inside: avoid; }
  .grid { grid-template-columns: 1fr 1fr; }
}
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }`;

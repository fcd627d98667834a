/** Fields and buttons. */
export const formStyle = `label { display: block; font-weight: 600; font-size: .9rem; margin: .9rem 0 .3rem; }
input, select { width: 100%; min-height: 2.9rem; min-width: 0; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .55rem; padding: .6rem .75rem; }
.hint { margin: .3rem 0 0; }
fieldset { border: 0; margin: 1rem 0 0; padding: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .35rem; font-weight: 600; font-size: .85rem; color: var(--quiet); }
button { font: inherit; font-weight: 600; cursor: pointer; border-radius: .55rem; padding: .6rem 1rem; background: var(--brand); color: var(--on-brand); border: 1px solid transparent; }
button.wide { width: 100%; margin-top: 1.2rem; }
button.plain { background: transparent; color: inherit; border-color: var(--edge); }
button.danger { background: var(--bad); color: var(--bad-ink); border-color: currentColor; }
button:hover { box-shadow: inset 0 0 0 99rem rgb(128 128 128 / .12); }
ul.rows form { flex: none; }
ul.rows button { padding: .4rem .8rem; font-size: .9rem; }
.rows + form { margin-top: .75rem; }
.buttons, .chips { display: flex; flex-wrap: wrap; gap: .5rem; }
.buttons { margin-top: 1.2rem; }
.buttons button { flex: 1 1 8rem; }
.chips button { padding: .4rem .75rem; font-size: .9rem; text-align: left; line-height: 1.3; }
.chips small { display: block; font-weight: 400; color: var(--quiet); }
.typed { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 .75rem; }
.typed button { margin-top: .9rem; grid-column: 1 / -1; }
summary { cursor: pointer; font-weight: 600; padding: .35rem 0; }
form > details { margin-top: .9rem; }
@media (min-width: 34rem) { .typed { grid-template-columns: 3fr 2fr; } }`;

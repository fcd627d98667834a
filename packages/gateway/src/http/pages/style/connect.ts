/** What a user's browser sees on the way to a broker and back. */
export const connectStyle = `
.whose { display: flex; align-items: center; justify-content: center; gap: .6rem; max-width: 28rem; margin: 0 auto; padding: 1.5rem 1rem 0; font-weight: 650; overflow-wrap: anywhere; }
.whose img { width: 2rem; height: 2rem; object-fit: contain; border-radius: .4rem; flex: none; }
.whose + main { padding-top: 1rem; }
.whose + main > section { padding: 1.75rem 1.5rem; border-radius: 1rem; box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .06); }
.whose + main h1 { font-size: 1.5rem; letter-spacing: -.01em; line-height: 1.25; }
.whose + main input, .whose + main button, a.button { min-height: 2.9rem; border-radius: .6rem; }
.pair { display: flex; align-items: center; gap: .75rem; margin: 0 0 1rem; }
.broker-mark { flex: none; width: 2.75rem; height: 2.75rem; }
.chip { display: inline-block; font-size: .78rem; font-weight: 550; line-height: 1; padding: .3rem .55rem; border: 1px solid var(--soft); border-radius: 1rem; color: var(--soft); vertical-align: .1em; overflow-wrap: anywhere; }
.terms { margin: 1.25rem 0; padding: 1.1rem 0 0; border-top: 1px solid var(--rule); }
.terms h2 { font-size: .95rem; margin: 0 0 .6rem; }
.ticks { list-style: none; margin: 0 0 1rem; padding: 0; }
.ticks li { display: flex; gap: .6rem; margin: 0 0 .5rem; line-height: 1.5; }
.tick { flex: none; margin-top: .2rem; fill: none; stroke: var(--on-well); stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.terms dl { margin: 0; font-size: .92rem; }
.terms dl div { margin: 0 0 .65rem; }
.terms dt { color: var(--soft); }
.terms dd { margin: 0; overflow-wrap: anywhere; }
form + .soft { margin-top: 1.1rem; }
.soft + .terms { margin-bottom: 0; }
.whose + main > section > :last-child { margin-bottom: 0; }
.back { text-align: center; font-size: .95rem; }
.back a { display: inline-block; padding: .6rem; color: var(--soft); }
.back a:hover { color: var(--text); }
a.button { display: inline-flex; align-items: center; justify-content: center; width: 100%; font-weight: 600; text-decoration: none; background: var(--key); color: var(--on-key); padding: .6rem 1rem; margin: .25rem 0 .5rem; }
.account { letter-spacing: .01em; padding: .9rem 1rem; border: 1px solid var(--rule); border-radius: .6rem; background: var(--ground); }
.offers { list-style: none; margin: 1.25rem 0 1rem; padding: 0; display: grid; gap: .6rem; }
button.offer { display: flex; align-items: center; gap: .9rem; width: 100%; text-align: left; font-weight: 400; line-height: 1.4; color: var(--text); background: transparent; border: 1px solid var(--rule); border-radius: .75rem; padding: .8rem .9rem; overflow-wrap: anywhere; }
button.offer strong { font-weight: 650; }
button.offer:hover { border-color: var(--key); background: var(--ground); }
.progress:has(+ section) { display: none; }
.big { font-size: 1.5rem; font-weight: 650; margin: .75rem 0 .5rem; }
.bar { height: .3rem; border-radius: 1rem; overflow: hidden; background: var(--rule); }
.bar span { display: block; width: 40%; height: 100%; border-radius: 1rem; background: var(--key); animation: along 1.6s ease-in-out infinite alternate; }
@keyframes along { from { margin-left: 0; } to { margin-left: 60%; } }
@media (prefers-reduced-motion: reduce) { .bar span { animation: none; width: 100%; opacity: .6; } }
@media (max-width: 24rem) { .whose + main > section { padding: 1.35rem 1.1rem; } }
`;

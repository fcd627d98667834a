/** Buttons that connect, what is done with a connection, and the box to try a call. */
export const actionsStyle = `
.connect-cards { list-style: none; margin: 0 0 .75rem; padding: 0; display: grid; gap: .6rem; }
.connect-cards li { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem .7rem; border: 1px solid var(--rule); border-radius: .75rem; padding: .75rem; }
.connect-cards .broker-mark { width: 2.4rem; height: 2.4rem; }
.connect-cards li > div { flex: 1 1 5.75rem; min-width: 0; line-height: 1.4; overflow-wrap: anywhere; }
.dashboard a.button.plain { background: transparent; color: inherit; border: 1px solid var(--soft); }
.ready { margin: 1.25rem 0; padding: 1.1rem 0 0; border-top: 1px solid var(--rule); }
.ready > button { margin-top: 0; }
.narrow-section { max-width: 40rem; }
.narrow-section .row { margin: 0 0 1rem; }
.made { border: 1px solid var(--rule); border-radius: .5rem; padding: .9rem 1rem; margin: 1rem 0 0; }
.made h3, .outcome h3 { font-size: .95rem; margin: 0 0 .5rem; }
.made > :last-child { margin-bottom: 0; }
.actions .end { border-top: 1px solid var(--rule); padding-top: .9rem; margin-top: 1rem; }
#actions form > button { width: auto; margin: 0; }
.actions .end button { background: transparent; color: var(--on-alert); border-color: var(--on-alert); }
.agree { display: flex; align-items: center; gap: .6rem; margin: .9rem 0 .35rem; }
.agree input { width: 1.1rem; height: 1.1rem; flex: none; }
.agree label { margin: 0; }
.agree input.wanted { outline: 3px solid var(--on-alert); outline-offset: 2px; }
textarea { width: 100%; font: .9rem/1.45 ui-monospace, monospace; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .35rem; padding: .6rem; resize: vertical; }
.call { max-width: 48rem; }
.call > button { width: auto; min-width: 8rem; margin-top: .75rem; }
.call input[type=text] { font-family: ui-monospace, monospace; font-size: .9rem; min-height: 2.75rem; }
.call select { min-height: 2.75rem; width: 100%; }
.call-line { display: grid; gap: 0 .75rem; }
.call details { margin-top: .9rem; }
.call summary { font-weight: 600; }
.call details[open] summary { margin-bottom: .4rem; }
.outcome { border-top: 1px solid var(--rule); margin-top: 1.25rem; padding-top: 1.1rem; }
.answer { max-height: 28rem; overflow: auto; background: var(--ground); border: 1px solid var(--rule); border-radius: .35rem; padding: .8rem; }
@media (min-width: 40rem) {
  .connect-cards { grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); }
  .call-line { grid-template-columns: 7.5rem 1fr; }
}
`;

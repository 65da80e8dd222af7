/** The style sheet of the inbox. */
export const INBOX_STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5d6778; --line: #d8dde6; --paper: #fff;
	--ground: #f3f5f9; --accent: #3257d6; --chosen: #e9eefc; --bad: #b42318; --good: #067647; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #9aa4b8; --line: #39435a;
	--paper: #1b2130; --ground: #11151f; --accent: #8fa8ff; --chosen: #27314b; --bad: #ff8a80;
	--good: #6ce9a6; } }
* { box-sizing: border-box; }
body { margin: 0; height: 100vh; display: grid; grid-template: auto 1fr / 340px 1fr 300px;
	font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
header { grid-column: 1 / -1; padding: 12px 20px; border-bottom: 1px solid var(--line);
	background: var(--paper); display: flex; gap: 16px; align-items: baseline; }
h1 { font-size: 17px; margin: 0; } h2 { font-size: 13px; margin: 20px 0 8px; } h2:first-child { margin-top: 0; }
header p { margin: 0; color: var(--soft); } a { color: inherit; }
nav, aside, main { overflow: auto; min-height: 0; }
nav { border-right: 1px solid var(--line); background: var(--paper); }
nav a { display: block; padding: 10px 20px; text-decoration: none; border-bottom: 1px solid var(--line); }
nav a:hover, nav a[aria-current] { background: var(--chosen); }
nav strong, nav a > span { display: block; } nav span { color: var(--soft); }
nav strong, nav span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
nav a > .line { display: flex; justify-content: space-between; gap: 12px; }
aside { padding: 16px; border-left: 1px solid var(--line); background: var(--paper); }
main { padding: 20px; display: flex; flex-direction: column; }
.empty { color: var(--soft); margin: auto; max-width: 360px; text-align: center; }
.notice { margin: 0 0 16px; padding: 10px 12px; border-radius: 8px; background: var(--chosen); }
.subject { font-size: 20px; margin: 0 0 10px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 0 0 14px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.tabs { display: flex; gap: 4px; margin-bottom: 12px; align-items: center; flex-wrap: wrap; }
.tabs a { padding: 5px 12px; border: 1px solid var(--line); border-radius: 8px; text-decoration: none;
	background: var(--paper); }
.tabs a[aria-current] { border-color: var(--accent); background: var(--chosen); }
.tabs .gap { flex: 1; }
iframe { flex: 1; min-height: 320px; width: 100%; border: 1px solid var(--line); border-radius: 8px;
	background: #fff; color-scheme: light; }
iframe.phone { width: 390px; max-width: 100%; align-self: center; border-width: 8px; border-radius: 24px; }
pre { margin: 0; padding: 14px; overflow: auto; border: 1px solid var(--line); border-radius: 8px;
	background: var(--paper); font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap;
	overflow-wrap: anywhere; }
form { margin: 0 0 6px; display: flex; gap: 6px; flex-wrap: wrap; }
.account { overflow-wrap: anywhere; margin-bottom: 4px; }
button { padding: 5px 10px; font: inherit; border-radius: 8px; border: 1px solid var(--line);
	color: inherit; background: var(--ground); cursor: pointer; text-align: left; }
button[aria-pressed=true] { border-color: var(--accent); background: var(--chosen); }
form.choice { flex-direction: column; } ol { margin: 0; padding: 0; list-style: none; }
ol li { padding: 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.refusal { color: var(--bad); } time { color: var(--soft); white-space: nowrap; }
`;

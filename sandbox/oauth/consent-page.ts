import { escapeHtml } from '../net/escape-html.js';

/** What the sandbox's one page for sign-in and consent shows. */
export interface ConsentPage {
	/** Where the form goes. */
	readonly action: string;
	/** Name of the application that asks. */
	readonly clientName: string;
	/** The prompt that brought the page up: `login`, `select_account` or `consent`. */
	readonly prompt: string;
	readonly scopes: readonly string[];
	/** The mailboxes to choose from. */
	readonly accounts: readonly string[];
	readonly selectedAccount?: string;
	readonly asksPassword: boolean;
	/** What was wrong with the last try. */
	readonly problem?: string;
}

const SCOPE_TEXTS: Readonly<Record<string, string>> = {
	openid: 'Know which mailbox you use',
	offline_access: 'Keep its access while you are away',
	'mail:smtp': 'Send mail as you (SMTP)',
};

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #667085; --line: #d8dde6;
	--paper: #fff; --ground: #f3f5f9; --accent: #3257d6; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #9aa4b8; --line: #39435a;
	--paper: #1b2130; --ground: #11151f; --accent: #7d9bff; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px;
	font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { width: 100%; max-width: 400px; padding: 32px; border: 1px solid var(--line);
	border-radius: 16px; background: var(--paper); }
.badge { font-size: 12px; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); }
h1 { margin: 4px 0 8px; font-size: 24px; line-height: 1.25; }
p { margin: 0 0 20px; color: var(--soft); overflow-wrap: anywhere; }
fieldset { margin: 0 0 20px; padding: 0; border: 0; }
legend, .label { padding: 0; margin-bottom: 8px; font-weight: 600; font-size: 14px; display: block; }
.account { display: flex; gap: 12px; align-items: center; padding: 12px 14px; margin-bottom: 8px;
	border: 1px solid var(--line); border-radius: 10px; cursor: pointer; }
.account:has(:checked) { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
input[type=radio] { accent-color: var(--accent); margin: 0; }
input[type=password] { width: 100%; margin-bottom: 20px; padding: 10px 12px; font: inherit;
	border: 1px solid var(--line); border-radius: 10px; color: inherit; background: transparent; }
ul { margin: 0 0 24px; padding-left: 20px; }
.problem { color: var(--bad); }
.buttons { display: flex; gap: 12px; }
button { flex: 1; padding: 11px; font: inherit; font-weight: 600; border-radius: 10px;
	border: 1px solid var(--line); color: inherit; background: transparent; cursor: pointer; }
button.primary { color: var(--paper); border-color: var(--accent); background: var(--accent); }
`;

/**
 * The page of the authorization endpoint: "Sign in as" and "Allow" at once, without scripts.
 * Its elements carry `data-test` attributes: `consent-form`, `account-<address>`, `password`,
 * `allow`, `deny`, `problem`.
 */
export function renderConsentPage(page: ConsentPage): string {
	const accounts = page.accounts.map((account) => {
		const checked = account === page.selectedAccount ? ' checked' : '';
		const value = escapeHtml(account);
		return `<label class="account"><input type="radio" name="account" required
			value="${value}" data-test="account-${value}"${checked}> ${value}</label>`;
	});
	const scopes = page.scopes.map((scope) => {
		return `<li data-test="scope">${escapeHtml(SCOPE_TEXTS[scope] ?? scope)}</li>`;
	});
	const problem = page.problem
		? `<p class="problem" role="alert" data-test="problem">${escapeHtml(page.problem)}</p>`
		: '';
	const password = page.asksPassword
		? `<label><span class="label">Password</span>
			<input type="password" name="password" id="password" data-test="password"></label>`
		: '';

	return renderDocument(
		'Sign in',
		`<form method="post" action="${escapeHtml(page.action)}" id="consent-form"
			data-test="consent-form" data-prompt="${escapeHtml(page.prompt)}">
		<h1>Connect your mailbox</h1>
		<p><strong data-test="client">${escapeHtml(page.clientName)}</strong> asks for access.</p>
		${problem}
		<fieldset><legend>Sign in as</legend>${accounts.join('')}</fieldset>
		${password}
		<span class="label">It will be able to</span>
		<ul>${scopes.join('')}</ul>
		<div class="buttons">
		<button name="decision" value="deny" id="deny" data-test="deny" formnovalidate>Cancel</button>
		<button name="decision" value="allow" id="allow" data-test="allow" class="primary">Allow</button>
		</div></form>`,
	);
}

/** The page for a request that cannot be answered by a redirect. */
export function renderErrorPage(error: string, detail: string): string {
	return renderDocument(
		'Cannot sign in',
		`<h1>Cannot sign in</h1>
		<p data-test="error"><strong>${escapeHtml(error)}</strong><br>${escapeHtml(detail)}</p>`,
	);
}

function renderDocument(title: string, content: string): string {
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – SMTP OAuth Sandbox</title><style>${STYLE}</style></head>
<body><main><div class="badge">SMTP OAuth Sandbox</div>${content}</main></body></html>`;
}

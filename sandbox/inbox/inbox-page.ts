import type { ReceivedMessage } from '../mail/received-messages.js';
import { escapeHtml } from '../net/escape-html.js';
import type { Sandbox } from '../start-sandbox.js';
import { formatTime, messagePath, renderMessage, type View, type Width } from './message-view.js';
import { lastEvents } from './server-events.js';
import { answerInForce, MESSAGE_ANSWERS, SIGN_IN_ANSWERS, type Answer } from './switches.js';

/** What the page shows beside the list: a message, or what a switch has done. */
export interface Shown {
	readonly message?: ReceivedMessage;
	readonly view?: View;
	readonly width?: Width;
	readonly notice?: string;
}

const LISTED_MESSAGES = 200;
const LISTED_EVENTS = 12;

/** The inbox as a page without scripts; while no message is open, it looks for new ones by itself. */
export function renderInbox(sandbox: Sandbox, shown: Shown): string {
	const { message, view = 'text', width = 'desktop', notice } = shown;
	const refresh = message ? '' : '<meta http-equiv="refresh" content="4">';
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${refresh}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Inbox – SMTP OAuth Sandbox</title><link rel="stylesheet" href="/style.css"></head>
<body><header><h1><a href="/">Sandbox Inbox</a></h1>
<p>Every mail that was sent to the sandbox on ${escapeHtml(sandbox.mail.host)}, whatever its address.</p></header>
<nav aria-label="Messages">${renderList(sandbox.mail.messages, message)}</nav>
<main>${notice === undefined ? '' : `<p class="notice" role="status" data-test="notice">${escapeHtml(notice)}</p>`}
${message ? renderMessage(message, view, width) : renderEmpty(sandbox)}</main>
<aside>${renderAccounts(sandbox)}
${renderChoice('Sign-in', 'sign-in', SIGN_IN_ANSWERS, sandbox.mail.refusals.signIn)}
${renderChoice('Messages', 'message', MESSAGE_ANSWERS, sandbox.mail.refusals.message)}
${renderEvents(sandbox)}</aside></body></html>`;
}

function renderList(messages: readonly ReceivedMessage[], open?: ReceivedMessage): string {
	const newest = messages.slice(-LISTED_MESSAGES).reverse();
	return newest
		.map(({ queueId, parsed, envelope, receivedAtMs }) => {
			const current = queueId === open?.queueId ? ' aria-current="page"' : '';
			const from = parsed.from?.name || parsed.from?.address || envelope.from;
			const start = (parsed.text ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 120);
			return `<a href="${messagePath(queueId)}" data-test="listed"${current}>
				<span class="line"><span>${escapeHtml(from)} → ${escapeHtml(envelope.to.join(', '))}</span>
				<time>${formatClock(receivedAtMs)}</time></span>
				<strong>${escapeHtml(parsed.subject ?? '(no subject)')}</strong>
				<span>${escapeHtml(start)}</span></a>`;
		})
		.join('');
}

function renderEmpty({ mail }: Sandbox): string {
	return mail.messages.length === 0
		? '<p class="empty">No mail yet. Run a workflow with the sandbox’s credential: what it sends appears here by itself.</p>'
		: '<p class="empty">Choose a mail on the left. At the right you can let sending fail, and see what your workflow makes of it.</p>';
}

function renderAccounts({ users }: Sandbox): string {
	const accounts = users.map(
		({ email }) => `<div class="account">${escapeHtml(email)}</div>
		<form method="post" action="/switches"><input type="hidden" name="value" value="${escapeHtml(email)}">
		<button name="switch" value="expire">Expire tokens</button>
		<button name="switch" value="revoke">Revoke access</button></form>`,
	);
	return `<h2>Accounts</h2>${accounts.join('')}`;
}

function renderChoice(
	title: string,
	name: string,
	answers: readonly Answer[],
	reply: string | undefined,
): string {
	const inForce = answerInForce(answers, reply);
	const buttons = answers.map((answer) => {
		const isPressed = String(answer.name === inForce);
		return `<button name="value" value="${answer.name}" aria-pressed="${isPressed}"
			title="${escapeHtml(answer.reply ?? '')}">${escapeHtml(answer.label)}</button>`;
	});
	return `<h2>${title}</h2><form class="choice" method="post" action="/switches">
		<input type="hidden" name="switch" value="${name}">${buttons.join('')}</form>`;
}

function renderEvents(sandbox: Sandbox): string {
	const events = lastEvents(sandbox, LISTED_EVENTS).map(({ atMs, text, isRefusal }) => {
		const kind = isRefusal ? ' class="refusal"' : '';
		return `<li${kind}><time title="${formatTime(atMs)}">${formatClock(atMs)}</time> ${escapeHtml(text)}</li>`;
	});
	return `<h2>What the servers saw</h2><ol data-test="events">${events.join('')}</ol>`;
}

function formatClock(atMs: number): string {
	return new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

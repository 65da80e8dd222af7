import { escapeHtml, escapeLines } from '../../untrusted/html-text';
import type { Severity } from '../problems/alert-state';
import type { Fact, Letter, LetterEntry, LetterList, LetterSection } from './letter';

/** White words on these have a contrast of at least 6:1 (WCAG 2.2 §1.4.3 asks for 4.5:1). */
const COLOURS: Readonly<Record<Severity, string>> = {
	critical: '#7a1020',
	error: '#b3261e',
	warning: '#8a4b00',
	info: '#1a56b8',
};

const FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const CODE_FONT = "ui-monospace,Consolas,'Courier New',monospace";

/**
 * Colours for dark screens. The inline styles are those of light ones, and stand by themselves where
 * a client removes this element.
 */
const DARK = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#14171c!important}
.card{background:#1f242c!important;border-right-color:#3a424e!important;border-bottom-color:#3a424e!important;border-left-color:#3a424e!important}
.ink{color:#e8ecf2!important}
.soft{color:#aeb8c5!important}
.line{border-color:#3a424e!important}
.code{background:#14171c!important;color:#dbe2ea!important;border-color:#3a424e!important}
.link{color:#8ab8ff!important}
}`;

const TONES = { ink: 'color:#1b1f24;', soft: 'color:#4a5562;' } as const;

const WRAP = 'word-break:break-word;overflow-wrap:anywhere';

/** An element of text. */
function block(
	tag: 'h1' | 'h3' | 'p',
	tone: keyof typeof TONES,
	margin: string,
	font: string,
	html: string,
): string {
	return `<${tag} class="${tone}" style="margin:${margin};font:${font} ${FONT};${TONES[tone]}${WRAP}">${html}</${tag}>`;
}

function link(text: string, address: string): string {
	return `<a class="link" href="${escapeHtml(address)}" style="color:#1a56b8;text-decoration:underline">${escapeHtml(text)}</a>`;
}

function heading(text: string): string {
	return `<h2 class="ink" style="margin:24px 0 8px;font:600 16px/1.4 ${FONT};${TONES.ink}">${escapeHtml(text)}</h2>`;
}

function factRow({ label, text, link: address = '' }: Fact): string {
	const value = address === '' ? escapeLines(text) : link(text, address);
	const cell = `padding:8px 0;border-top:1px solid #d6dbe1;vertical-align:top;text-align:left;font-family:${FONT};font-size:14px;line-height:1.5;`;
	return (
		`<tr><th class="soft line" scope="row" width="110" style="${cell}width:110px;padding-right:12px;font-weight:400;${TONES.soft}">${escapeHtml(label)}</th>` +
		`<td class="ink line" style="${cell}${TONES.ink}${WRAP}">${value}</td></tr>`
	);
}

function factTable(facts: readonly Fact[]): string {
	if (facts.length === 0) return '';
	return `<table width="100%" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse;margin:16px 0 0">${facts.map(factRow).join('')}</table>`;
}

function section({ heading: title, text, isCode }: LetterSection): string {
	if (!isCode) {
		return heading(title) + block('p', 'ink', '0', '14px/1.5', escapeLines(text));
	}
	return `${heading(title)}<div class="code" style="margin:0;padding:12px;background:#f3f5f8;border:1px solid #d6dbe1;border-radius:6px;font:12px/1.5 ${CODE_FONT};${TONES.ink}white-space:pre-wrap;${WRAP}">${escapeLines(text).replaceAll('  ', '&nbsp; ')}</div>`;
}

function entry({ severity, title, lines: details, link: address }: LetterEntry): string {
	const named = address === '' ? escapeHtml(title) : link(title, address);
	const text = details.map((detail) =>
		block('p', 'soft', '2px 0 0', '14px/1.5', escapeHtml(detail)),
	);
	return (
		`<tr><td width="4" style="width:4px;background:${COLOURS[severity]};font-size:0;line-height:0">&nbsp;</td>` +
		`<td style="padding:4px 0 4px 12px">${block('h3', 'ink', '0', '600 15px/1.4', named)}${text.join('')}</td></tr>` +
		'<tr><td colspan="2" height="12" style="height:12px;font-size:0;line-height:0">&nbsp;</td></tr>'
	);
}

function list({ heading: title, entries, rest }: LetterList): string {
	const table = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse">${entries.map(entry).join('')}</table>`;
	return `${heading(title)}${table}${rest === '' ? '' : footnote(rest)}`;
}

function footnote(text: string): string {
	return block('p', 'soft', '4px 0 0', '13px/1.5', escapeLines(text));
}

function paragraph(text: string, font: string): string {
	return text === '' ? '' : block('p', 'ink', '12px 0 0', font, escapeLines(text));
}

function button(severity: Severity, action: Letter['action']): string {
	if (action === undefined || action.link === '') return '';
	const colour = COLOURS[severity];
	return `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:20px 0 0"><tr><td style="background:${colour};border-radius:6px"><a href="${escapeHtml(action.link)}" style="display:inline-block;padding:10px 18px;font:600 14px/1.4 ${FONT};color:#ffffff;text-decoration:none">${escapeHtml(action.label)}</a></td></tr></table>`;
}

/**
 * The letter as a whole HTML document: tables and inline styles, nothing loaded from outside, readable
 * on narrow and wide, light and dark screens.
 */
export function letterHtml(letter: Letter): string {
	const colour = COLOURS[letter.severity];
	const content = [
		`<p style="margin:0 0 12px"><span style="display:inline-block;padding:3px 10px;border-radius:4px;background:${colour};color:#ffffff;font:700 12px/1.5 ${FONT};letter-spacing:.04em">${escapeHtml(letter.badge)}</span></p>`,
		block('h1', 'ink', '0', '600 22px/1.3', escapeHtml(letter.heading)),
		paragraph(letter.introduction, '15px/1.5'),
		paragraph(letter.lead, '600 16px/1.5'),
		button(letter.severity, letter.action),
		factTable(letter.facts),
		...letter.lists.map(list),
		...letter.sections.map(section),
		letter.footnotes.length === 0
			? ''
			: `<div class="line" style="margin:24px 0 0;padding:12px 0 0;border-top:1px solid #d6dbe1">${letter.footnotes.map(footnote).join('')}</div>`,
	].join('');
	return (
		'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
		`<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(letter.heading)}</title><style>${DARK}</style></head>` +
		'<body class="page" style="margin:0;padding:0;background:#eef1f4">' +
		'<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="width:100%;background:#eef1f4"><tr><td align="center" style="padding:16px 8px">' +
		`<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" style="width:100%;max-width:640px;background:#ffffff;border:1px solid #d6dbe1;border-top:4px solid ${colour};border-collapse:separate;border-radius:6px">` +
		`<tr><td align="left" style="padding:20px;text-align:left">${content}</td></tr></table></td></tr></table></body></html>`
	);
}

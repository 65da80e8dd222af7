import { escapeHtml, escapeLines } from '../../../untrusted/html-text';
import type { Decision, Question } from '../question/question';

export type ButtonStyle = 'primary' | 'secondary';

/** A button of the mail, without its link to the question's page. */
export interface MailButton {
	readonly label: string;
	readonly style: ButtonStyle;
	/** What the page has chosen behind it; missing where there is a form. */
	readonly chosen?: Decision;
}

const NOTE = 'The link opens a page where you confirm your answer. Opening it decides nothing.';

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;";

const BUTTON =
	'display:inline-block;min-width:120px;margin:0 8px 12px 0;padding:12px 24px;border-radius:6px;font-size:16px;font-weight:600;text-align:center;text-decoration:none;';

const BUTTON_STYLES = {
	primary: `${BUTTON}background-color:#c43a22;border:1px solid #c43a22;color:#ffffff;`,
	secondary: `${BUTTON}background-color:#ffffff;border:1px solid #7f8694;color:#3d3f45;`,
} as const satisfies Record<ButtonStyle, string>;

function buttonTag({ label, style }: MailButton, url: string): string {
	return `<a href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer" style="${BUTTON_STYLES[style]}">${escapeHtml(label)}</a>`;
}

/**
 * Says as text and as HTML what is asked, and leads to the page where it is answered.
 *
 * @param linkOf the address that a button leads to
 */
export function questionMail(
	{ title, message, deadline }: Pick<Question, 'title' | 'message' | 'deadline'>,
	buttons: readonly MailButton[],
	linkOf: (chosen?: Decision) => string,
): { readonly text: string; readonly html: string } {
	const until = deadline === undefined ? [] : [`Answer until: ${deadline.text}`];
	const links = buttons.map(({ label, chosen }) => `${label}:\n${linkOf(chosen)}`);
	const small = `margin:0 0 8px;font-size:14px;opacity:0.8;`;
	return {
		text: [message, ...links, [NOTE, ...until].join('\n')].join('\n\n'),
		html: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:24px 12px;${FONT}font-size:16px;line-height:1.5;">
<div style="max-width:520px;margin:0 auto;">
<p dir="auto" style="margin:0 0 24px;">${escapeLines(message)}</p>
<p style="margin:0 0 12px;">${buttons.map((button) => buttonTag(button, linkOf(button.chosen))).join('\n')}</p>
${[NOTE, ...until].map((line) => `<p style="${small}">${escapeHtml(line)}</p>`).join('\n')}
</div>
</body>
</html>`,
	};
}

import type { Letter, LetterEntry, LetterList } from './letter';

function entryText({ title, lines, link }: LetterEntry): string {
	return [
		`* ${title}`,
		...lines.map((line) => `  ${line}`),
		...(link === '' ? [] : [`  ${link}`]),
	].join('\n');
}

function listText({ heading, entries, rest }: LetterList): string {
	const parts = [`${heading}\n${'-'.repeat(heading.length)}`, ...entries.map(entryText)];
	return [...parts, ...(rest === '' ? [] : [rest])].join('\n\n');
}

/** The letter as plain text, with the same facts as `letterHtml`. */
export function letterText(letter: Letter): string {
	const width = Math.max(0, ...letter.facts.map(({ label }) => label.length));
	const facts = letter.facts.map(({ label, text, link = '' }) => {
		const value = link === '' || link === text ? text : `${text}\n${link}`;
		return `${`${label}:`.padEnd(width + 2)}${value.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`;
	});
	const parts = [
		`${letter.badge}: ${letter.heading}`,
		letter.introduction,
		letter.lead,
		facts.join('\n'),
		...letter.lists.map(listText),
		...letter.sections.map(
			({ heading, text }) => `${heading}\n${'-'.repeat(heading.length)}\n${text}`,
		),
		letter.footnotes.join('\n'),
	];
	return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

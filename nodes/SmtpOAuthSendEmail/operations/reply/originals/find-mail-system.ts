import { entriesOf, readText, unfold } from './read-fields';

/** Mail systems as they name themselves in bounces, the name first (RFC 3834 §2, RFC 5321 §4.5.5). */
const MAIL_SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
	// Some have no domain.
	['mailer-daemon', /^"?mailer-daemon"?(?:@|$)/i],
	['<>', /^<\s*>$/],
	// Exchange's, in every organization.
	[
		'MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e',
		/^MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@/i,
	],
];

/** What stands in the place of the address, whether or not it is one. */
function addressText(entry: string | object): string {
	if (typeof entry === 'string') {
		const text = unfold(entry).replace(/\([^()]*\)/g, '');
		return /<([^<>]+)>[^<>]*$/.exec(text)?.[1] ?? text.trim();
	}
	// mailparser takes a word without @ for a name.
	const [address = '', name = ''] = [readText(entry, 'address'), readText(entry, 'name')];
	return address === '' ? name : address;
}

/** The mail system that a field of any form (`entriesOf`) names; `undefined` where it names none. */
export function findMailSystem(field: unknown): string | undefined {
	const texts = entriesOf(field).map(addressText);
	return MAIL_SYSTEMS.find(([, pattern]) => texts.some((text) => pattern.test(text)))?.[0];
}

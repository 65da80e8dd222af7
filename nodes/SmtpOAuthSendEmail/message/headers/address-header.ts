import type { AddressEntry, Mailbox } from '../addresses/address-list';
import { encodeAsWords, isPlainHeaderText } from './header-text';

// Words that need no quotes in a phrase; everything of RFC 5322's atext but what readers differ on
const PLAIN_PHRASE = /^[\w-]+(?: [\w-]+)*$/;
// No special of RFC 5322 §3.2.3 anywhere, so it can stand without angle brackets
const PLAIN_ADDRESS = /^[^\s"(),:;<>@[\\\]]+@[^\s"(),:;<>@[\\\]]+$/;

/**
 * A display name as it may stand in a header: bare, as a quoted-string, or as encoded-words
 * (RFC 2047 §5 (3)). What only looks like an encoded-word is encoded itself, since some readers
 * decode within quotes too.
 */
function encodeName(name: string): string {
	if (PLAIN_PHRASE.test(name)) return name;
	const quoted = `"${name.replace(/["\\]/g, '\\$&')}"`;
	const isQuotable = !name.includes('\t') && !name.includes('=?') && isPlainHeaderText(quoted);
	return isQuotable ? quoted : encodeAsWords(name);
}

function encodeMailbox({ name, address }: Mailbox): string {
	if (name !== '') return `${encodeName(name)} <${address}>`;
	return PLAIN_ADDRESS.test(address) ? address : `<${address}>`;
}

/** The value of an address header (RFC 5322 §3.4), unfolded; groups stay groups. */
export function encodeAddresses(entries: readonly AddressEntry[]): string {
	return entries
		.map((entry) =>
			'members' in entry
				? `${encodeName(entry.groupName)}: ${entry.members.map(encodeMailbox).join(', ')};`
				: encodeMailbox(entry),
		)
		.join(', ');
}

import type { Mailbox } from '../../../message/addresses/address-list';
import type { OriginalMessage } from '../originals/original-message';

/** The addresses that the original was sent to as us, as mail servers note them. */
const DELIVERED_TO = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'];

const normalize = (address: string): string => address.toLowerCase();

/**
 * Who a reply goes to, each address once (RFC 5322 §3.6.3): Reply-To, else From, of the original; with `replyAll` also
 * its To and Cc, without the own addresses.
 *
 * @param own addresses that are not to join in a reply to all: From, the credential's user, those in Cc already
 * @param instead addresses that get the reply in place of the original's sender
 */
export function replyRecipients(
	{ from, replyTo, to, cc, headers }: OriginalMessage,
	{
		replyAll,
		own,
		instead,
	}: {
		readonly replyAll: boolean;
		readonly own: readonly string[];
		readonly instead?: readonly string[] | undefined;
	},
): { readonly to: readonly Mailbox[]; readonly cc: readonly Mailbox[] } {
	const sender = replyTo.length > 0 ? replyTo : from;
	const answered = instead === undefined ? sender : [];
	const delivered = DELIVERED_TO.map((name) => (headers.get(name) ?? '').replace(/^<|>$/g, ''));
	const excluded = new Set([...own, ...delivered].map(normalize));
	const known = new Set((instead ?? []).map(normalize));
	const unseen = ({ address }: Mailbox): boolean => {
		const key = normalize(address);
		if (known.has(key)) return false;
		known.add(key);
		return true;
	};
	const others = (list: readonly Mailbox[]): readonly Mailbox[] =>
		replyAll ? list.filter(({ address }) => !excluded.has(normalize(address))) : [];
	return {
		to: [...answered, ...others(to)].filter(unseen),
		cc: others(cc).filter(unseen),
	};
}

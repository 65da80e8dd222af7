import { readAddressTokens, type AddressToken } from './address-tokens';
import { joinAddressLines } from './address-lines';
import { decodeWords } from './decode-words';
import { checkAddress } from './mail-address';
import { repairLists } from './pasted-addresses';
import { refuse, showValue, type Parsed, type Refusal } from '../fields/parameter-problem';
import { refuseHeaderLine, trimPasted } from '../fields/pasted-text';
import { fail, succeed } from '../../result/result';

/** One mailbox: `name` as text (empty if there is none), `address` checked, its domain as A-labels. */
export interface Mailbox {
	readonly name: string;
	readonly address: string;
}

/**
 * Mailboxes as the text of an address field (RFC 5322 §3.4), which `parseAddressList` reads as the
 * same again: names are quoted, so that they stay names.
 */
export function writeAddressList(mailboxes: readonly Mailbox[]): string {
	return mailboxes
		.map(({ name, address }) =>
			name === '' ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`,
		)
		.join(', ');
}

/** A named list of mailboxes (RFC 5322 §3.4), perhaps empty as in `undisclosed-recipients:;`. */
export interface MailboxGroup {
	readonly groupName: string;
	readonly members: readonly Mailbox[];
}

export type AddressEntry = Mailbox | MailboxGroup;

// Everything of US-ASCII that is no character but the tab and line breaks (RFC 5322 §3.2.2)
const CONTROL_CHARACTER = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const SEPARATE = 'Remove it; separate several addresses by commas.';

/** What tokens mean, or how they are written, with one space where any white space was. */
function joinTokens(tokens: readonly AddressToken[], form: 'value' | 'raw'): string {
	return tokens
		.map((token, index) => (index > 0 && token.hasGap ? ` ${token[form]}` : token[form]))
		.join('');
}

/** Joins words as a phrase (RFC 5322 §3.2.5). */
function joinWords(tokens: readonly AddressToken[]): string {
	const phrase = joinTokens(tokens, 'value').trim();
	// Within quotes they are no encoded-words (RFC 2047 §5)
	return tokens.every(({ kind }) => kind === 'atom') ? decodeWords(phrase) : phrase;
}

function areWords(tokens: readonly AddressToken[]): boolean {
	return tokens.every(({ kind }) => kind === 'atom' || kind === 'quoted');
}

/**
 * Whether words before a comma may belong to the name after it, as in `Doe, John <…>`. A single
 * `jane.example.com` is more likely a recipient that lost its @, and must not vanish in a name.
 */
function mayBePartOfName(tokens: readonly AddressToken[]): boolean {
	const [only] = tokens;
	const isDomainLike =
		tokens.length === 1 && only?.kind === 'atom' && /[^.]\.[^.]{2,}/.test(only.raw);
	return !isDomainLike && areWords(tokens);
}

/** Collects entries token by token; the first `refusal` ends the reading. */
class AddressListReader {
	readonly entries: AddressEntry[] = [];
	refusal: Refusal | undefined;
	private segment: AddressToken[] = [];
	private comments: AddressToken[] = [];
	private isInAngle = false;
	private group: { groupName: string; members: Mailbox[] } | undefined;
	/** Pieces of an unquoted name with commas, such as `Doe` of `Doe, John <j@example.com>`. */
	private nameFragments: AddressToken[][] = [];

	constructor(private readonly parameter: string) {}

	/** Reads one list; nothing of it can belong to the next. */
	read(text: string): void {
		for (const token of readAddressTokens(text)) {
			if (token.kind === 'unclosed') {
				this.refuseList(
					`has a part that is never closed with ${token.closer}: ${showValue(token.raw)}`,
					`Add the missing ${token.closer}, or remove the character that opens it.`,
				);
			} else {
				this.take(token);
			}
			if (this.refusal) return;
		}
		this.endSegment(false);
		if (this.group) {
			this.refuseList(
				`has the group ${showValue(this.group.groupName)}, which is not closed`,
				'End a group with a semicolon; a name that contains a colon needs double quotes.',
			);
		}
	}

	private take(token: AddressToken): void {
		if (token.kind === 'comment') {
			this.comments.push(token);
			return;
		}
		if (!this.isInAngle && token.kind === ':') {
			this.openGroup();
			return;
		}
		if (!this.isInAngle && (token.kind === ',' || token.kind === ';')) {
			this.endSegment(token.kind === ',');
			if (token.kind === ';' && this.group) {
				this.entries.push(this.group);
				this.group = undefined;
			}
			return;
		}
		this.segment.push(token);
		if (token.kind === '<') {
			if (this.isInAngle) this.refuseAddress(this.segment, 'has a < within angle brackets');
			this.isInAngle = true;
		} else if (token.kind === '>') {
			if (!this.isInAngle) this.refuseAddress(this.segment, 'has a > without a <');
			this.isInAngle = false;
		}
	}

	private openGroup(): void {
		const groupName = joinWords(this.segment);
		const isName = areWords(this.segment);
		if (/^mailto$/i.test(groupName)) {
			this.refuseList('has a mailto: link', 'Give the address alone, without mailto:.');
		} else if (this.group || !isName || groupName === '' || this.nameFragments.length > 0) {
			this.refuseAddress(this.segment, 'is followed by a colon that may not stand there');
		}
		this.group = { groupName, members: [] };
		this.segment = [];
		this.comments = [];
	}

	private endSegment(isBeforeComma: boolean): void {
		const tokens = this.segment;
		const comments = this.comments;
		this.segment = [];
		this.comments = [];
		const angleAt = tokens.findIndex((token) => token.kind === '<');
		if (this.isInAngle) {
			this.refuseAddress(tokens, 'has a < that is never closed');
		} else if (angleAt >= 0) {
			this.addAngleAddress(tokens, angleAt, comments);
		} else if (isBeforeComma && tokens.length > 0 && mayBePartOfName(tokens)) {
			this.nameFragments.push(tokens);
		} else {
			this.refuseNameFragments();
			if (tokens.length > 0) this.addMailbox(tokens, joinWords(comments));
			else if (comments.some(({ raw }) => raw.includes('@'))) {
				this.refuseAddress(
					comments,
					'is only a comment because of its parentheses',
					'Remove the parentheses.',
				);
			}
		}
	}

	private addAngleAddress(
		tokens: readonly AddressToken[],
		angleAt: number,
		comments: readonly AddressToken[],
	): void {
		const before = tokens.slice(0, angleAt);
		// One may be a name, as programs write it; of two, one would be lost
		if (before.filter(({ kind }) => kind === '@').length > 1) {
			this.refuseAddress(tokens, 'has several addresses before the <');
		}
		const ownName = joinWords(before);
		if (ownName === '') this.refuseNameFragments();
		const closerAt = tokens.findIndex((token) => token.kind === '>');
		if (closerAt !== tokens.length - 1) this.refuseAddress(tokens, 'has text after the >');
		const name = [...this.nameFragments.map(joinWords), ownName].join(', ');
		this.nameFragments = [];
		this.addMailbox(tokens.slice(angleAt + 1, closerAt), name === '' ? joinWords(comments) : name);
	}

	private refuseNameFragments(): void {
		const [first] = this.nameFragments;
		if (first) this.refuseAddress(first, 'is not an address');
	}

	private addMailbox(spec: readonly AddressToken[], name: string): void {
		const atAt = spec.findIndex((token) => token.kind === '@');
		const localPart = spec.slice(0, Math.max(atAt, 0));
		const domain = spec.slice(atAt + 1);
		if (atAt < 0) {
			this.refuseAddress(spec, 'is not an address');
		} else if (domain.some((token) => token.kind === '@')) {
			this.refuseAddress(spec, 'has more than one @');
		} else if (localPart.length > 1 || domain.length > 1) {
			// A name without angle brackets, or a typing error. A guess at which of the words is
			// the recipient could be steered by the person who chooses the name.
			this.refuseAddress(spec, 'has several words where one address should be');
		} else {
			const checked = checkAddress(localPart[0]?.raw ?? '', domain[0]?.raw ?? '');
			if (!checked.ok) {
				this.refuseAddress(spec, checked.failure.fault, checked.failure.remedy);
				return;
			}
			const mailbox = { name, address: checked.value };
			if (this.group) this.group.members.push(mailbox);
			else this.entries.push(mailbox);
		}
	}

	private refuseAddress(
		tokens: readonly AddressToken[],
		fault: string,
		remedy = 'Write each address as name@example.com or "Name" <name@example.com>, separated by commas.',
	): void {
		const shown = showValue(joinTokens(tokens.slice(0, 100), 'raw'));
		this.refuseList(`has ${shown}, which ${fault}`, remedy);
	}

	/** Keeps the first problem: what follows it may be its consequence. */
	private refuseList(fault: string, remedy: string): void {
		this.refusal ??= refuse(this.parameter, fault, remedy);
	}
}

function readLists(lists: readonly string[], parameter: string): Parsed<AddressEntry[]> {
	const reader = new AddressListReader(parameter);
	for (const list of lists) {
		reader.read(list);
		if (reader.refusal) return reader.refusal;
	}
	return succeed(reader.entries);
}

/** The lists with those repaired that cannot be read; no longer than up to one that stays unreadable. */
function repairEach(lists: readonly string[]): string[] {
	const repaired: string[] = [];
	for (const list of lists) {
		const isReadable = readLists([list], '').ok;
		const pieces = isReadable ? [list] : repairLists(list);
		repaired.push(...pieces);
		if (!isReadable && !readLists(pieces, '').ok) break;
	}
	return repaired;
}

/** Reads an address list with its groups kept together. See `parseAddressList`. */
export function parseAddressEntries(given: string, parameter: string): Parsed<AddressEntry[]> {
	const trimmed = trimPasted(given);
	const controlAt = trimmed.search(CONTROL_CHARACTER);
	if (controlAt >= 0) {
		const shown = showValue(trimmed.slice(Math.max(0, controlAt - 20)));
		return refuse(parameter, `contains a control character: ${shown}`, SEPARATE);
	}
	const headerLine = refuseHeaderLine(trimmed, parameter, SEPARATE);
	if (headerLine !== undefined) return headerLine;
	const folded = readLists(joinAddressLines(trimmed, true), parameter);
	if (folded.ok) return folded;
	// Lines that are indented rather than folded, and what copying leaves: only where there is no other way
	const lists = joinAddressLines(trimmed, false);
	const attempts = [() => lists, () => repairLists(trimmed), () => repairEach(lists)];
	for (const attempt of attempts) {
		const repaired = readLists(attempt(), parameter);
		if (repaired.ok) return repaired;
	}
	if (!trimmed.includes('{{') && !trimmed.startsWith('$')) return folded;
	return fail({
		...folded.failure,
		remedy: 'That looks like an expression. Switch the field from Fixed to Expression.',
	});
}

/** All mailboxes of a list, those within groups included, in order. */
export function flattenEntries(entries: readonly AddressEntry[]): Mailbox[] {
	return entries.flatMap((entry) => ('members' in entry ? entry.members : [entry]));
}

/**
 * Reads a list of addresses as RFC 5322 §3.4 and RFC 6531 §3.3 have it: names quoted or not,
 * comments, groups, quoted local parts, domain literals, any script. Beyond the grammar it takes
 * semicolons (as Outlook copies them), line breaks, and spaces between addresses alone, unquoted commas, dots,
 * brackets and @ in the name before an angle address, and drops no-break spaces and invisible marks
 * around addresses and names. Nothing inside a quoted name or a comment is ever taken for an
 * address. Linear in the text's length; an empty text gives an empty list.
 * @param parameter the parameter's name for the error
 */
export function parseAddressList(text: string, parameter: string): Parsed<Mailbox[]> {
	const entries = parseAddressEntries(text, parameter);
	return entries.ok ? succeed(flattenEntries(entries.value)) : entries;
}

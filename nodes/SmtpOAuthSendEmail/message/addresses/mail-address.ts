import { fail, succeed, type Result } from '../../result/result';
import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

// RFC 5321 §4.5.3.1; the whole address is limited by the path: 256 octets with its brackets
const MAX_LOCAL_PART_OCTETS = 64;
const MAX_DOMAIN_OCTETS = 255;
const MAX_ADDRESS_OCTETS = 254;
const MAX_LABEL_OCTETS = 63;

// RFC 5322 §3.2.3 with the non-ASCII characters of RFC 6531 §3.3. Two dots together, or one before
// the @, are against the RFC, but Japanese providers have given out such mailboxes
const DOT_ATOM = /^[\w!#$%&'*+\-/=?^`{|}~\u{80}-\u{10ffff}.]+$/u;
// RFC 5321 §4.1.2 Quoted-string; angle brackets are left out since no path may hold them twice
const QUOTED_STRING =
	/^"(?:[\x20\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7e\u{80}-\u{10ffff}]|\\[\x20-\x3b\x3d\x3f-\x7e])*"$/u;
// Unicode's own controls, white space and lone surrogates are never part of an address; invisible
// characters come from copying and would silently make another mailbox of it. The two joiners are
// left alone because Persian and Indic scripts write with them, as are the two variants of emojis.
const NEVER_IN_ADDRESS =
	/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u2800]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{DI}]|(?! )\p{Zs}/u;
// Left by programs that replace quotes, apostrophes and hyphens while one types
const TYPOGRAPHIC = /[‐-―‘-‟«»‹›]/;
const FULL_WIDTH = /[\uff01-\uff5e]/;
const LABEL = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;

/** An addr-spec that passed every check, or what is wrong with it and how to correct it. */
type CheckedAddress = Result<string, { readonly fault: string; readonly remedy: string }>;

const refuse = (fault: string, remedy: string): CheckedAddress => fail({ fault, remedy });

/** A domain literal (RFC 5321 §4.1.3) with its brackets, or undefined if it isn't one. */
function readDomainLiteral(text: string): string | undefined {
	const inner = text.slice(1, -1);
	if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
	if (isIPv4(inner)) return text;
	const isTagged = /^ipv6:/i.test(inner) && !inner.includes('%') && isIPv6(inner.slice(5));
	return isTagged ? `[IPv6:${inner.slice(5)}]` : undefined;
}

/** A domain name as lower-case A-labels (RFC 5890 §2.3.2.1), or undefined if it isn't one. */
function toAsciiDomain(domain: string): string | undefined {
	if (domain.length > MAX_DOMAIN_OCTETS) return undefined;
	// The URL standard's host parser would also decode %41 and read 1.2 as an IPv4 address
	if (/[^\w.\-\u{80}-\u{10ffff}]/u.test(domain)) return undefined;
	const needsConversion = /[^\0-\x7f]|xn--/i.test(domain);
	const ascii = needsConversion ? domainToASCII(domain) : domain.toLowerCase();
	if (ascii.length > MAX_DOMAIN_OCTETS) return undefined;
	const labels = ascii.split('.');
	const isValid = labels.every((label) => label.length <= MAX_LABEL_OCTETS && LABEL.test(label));
	// RFC 3696 §2: a top-level domain isn't all digits
	return isValid && !/^\d+$/.test(labels.at(-1) ?? '') ? ascii : undefined;
}

/**
 * Checks one address strictly (RFC 5321 §4.1.2, RFC 6531 §3.3), its domain becoming A-labels in
 * lower case, its local part staying as given.
 * @param localPart as written: a dot-atom, or a quoted string with its quotes
 * @param domain as written: a name in any script, or a domain literal with its brackets
 */
export function checkAddress(localPart: string, domain: string): CheckedAddress {
	if (localPart === '') return refuse('has nothing before the @', 'Write it as name@example.com.');
	if (domain === '') return refuse('has no domain after the @', 'Write it as name@example.com.');
	if (Buffer.byteLength(localPart) > MAX_LOCAL_PART_OCTETS) {
		return refuse('is too long before the @ (64 bytes at most)', 'Use a shorter address.');
	}
	if (NEVER_IN_ADDRESS.test(localPart) || NEVER_IN_ADDRESS.test(domain)) {
		return refuse('contains an invisible or control character', 'Type it instead of pasting it.');
	}
	if (TYPOGRAPHIC.test(localPart + domain)) {
		return refuse(
			'contains a typographic quotation mark, apostrophe or dash',
			"Remove it, or type it as ' or -.",
		);
	}
	if (FULL_WIDTH.test(localPart)) {
		return refuse('has letters or signs of full width before the @', 'Type them as ASCII.');
	}
	if (localPart.includes('\ufffd')) {
		return refuse('lost a character, which is now shown as �', 'Correct it where it comes from.');
	}
	// `0#.f|membership|` and its like, which an `i:` precedes
	if (/^0[^|]{1,4}\|[^|]+\|/.test(localPart)) {
		return refuse(
			'is a claim of SharePoint',
			'Use the field of the person that holds the address.',
		);
	}
	if (localPart === 'undefined' || domain === 'undefined') {
		return refuse('is missing a value', 'Correct the expression that gives undefined.');
	}
	const isAtom = DOT_ATOM.test(localPart) && !localPart.startsWith('.');
	if (!isAtom && !QUOTED_STRING.test(localPart)) {
		return refuse(
			'has a character or a dot before the @ that may not stand there',
			'Correct the part before the @; unusual characters need double quotes around that part.',
		);
	}
	const asciiDomain = readDomainLiteral(domain) ?? toAsciiDomain(domain);
	if (asciiDomain === undefined) {
		return isIPv4(domain)
			? refuse('has an IP address for a domain', `Put it in square brackets: [${domain}].`)
			: refuse('has a domain that is not valid', 'Correct the part after the @.');
	}
	const address = `${localPart}@${asciiDomain}`;
	if (Buffer.byteLength(address) > MAX_ADDRESS_OCTETS) {
		return refuse('is too long (254 bytes at most)', 'Use a shorter address.');
	}
	return succeed(address);
}

/** Whether a checked address needs SMTPUTF8 (RFC 6531): its domain is ASCII by now, so only the local part counts. */
export function isNonAsciiAddress(address: string): boolean {
	return /[^\0-\x7f]/.test(address);
}

/** The domain of a checked address. A domain literal holds no @, so the last one is it. */
export function domainOf(address: string): string {
	return address.slice(address.lastIndexOf('@') + 1);
}

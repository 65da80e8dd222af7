import { readProperty } from '../../untrusted/read-property';
import { parseJson } from '../../untrusted/parse-json';
import { safeText } from '../../untrusted/redact';
import { readApiError } from './api-answer';
import { parseReply, type Reply } from './reply';

/** How deep an error's causes are followed. */
const MAX_DEPTH = 5;

/** Of a longer text only the beginning is read, before any pattern looks at it. */
const MAX_TEXT_LENGTH = 64_000;

/** All that an unknown error tells about itself, read without trusting it. */
export interface Evidence {
	/** Codes of the error and its causes, outermost first, e.g. `ESOCKET`, `ECONNREFUSED`. */
	readonly codes: readonly string[];
	/** Names of the error's and its causes' classes, e.g. `AbortError`. */
	readonly names: readonly string[];
	/** Messages of the error and its causes: not redacted, at most 64,000 characters each. */
	readonly messages: readonly string[];
	/** nodemailer's `timeoutType`, e.g. `GREETING_TIMEOUT`. */
	readonly timeoutType?: string | undefined;
	/** The SMTP command under way, as nodemailer names it, e.g. `CONN`, `MAIL FROM`, `API`. */
	readonly command?: string | undefined;
	readonly reply?: Reply | undefined;
	/** The `error` of a token endpoint's answer (RFC 6749 §5.2), e.g. `invalid_grant`. */
	readonly oauthError?: string | undefined;
	readonly oauthDescription?: string | undefined;
	/** Microsoft's numbers for the error (`error_codes`), e.g. `7000222`. */
	readonly oauthCodes?: readonly string[] | undefined;
	/** Google's closer word for the error (`error_subtype`), e.g. `invalid_rapt`. */
	readonly oauthSubtype?: string | undefined;
	/** Status of a token endpoint's answer. */
	readonly httpStatus?: number | undefined;
	/** The cause that n8n itself declared for its error. */
	readonly declaredCause?: string | undefined;
}

function readString(value: unknown, key: string): string | undefined {
	const property = readProperty(value, key);
	return typeof property === 'string' && property !== ''
		? property.slice(0, MAX_TEXT_LENGTH)
		: undefined;
}

function readInteger(value: unknown, key: string): number | undefined {
	const property = readProperty(value, key);
	return typeof property === 'number' && Number.isSafeInteger(property) ? property : undefined;
}

/** At most this many numbers of one answer are looked at. */
const MAX_OAUTH_CODES = 10;

function readCodes(answer: unknown): string[] | undefined {
	const codes = readProperty(answer, 'error_codes');
	return Array.isArray(codes)
		? codes.slice(0, MAX_OAUTH_CODES).flatMap((code: unknown) => {
				return typeof code === 'number' && Number.isSafeInteger(code) ? String(code) : [];
			})
		: undefined;
}

/**
 * The answer of a token endpoint: n8n keeps it as `body`, Axios as `response.data`. Google's gateway
 * answers in the form of its APIs instead of that of RFC 6749.
 */
function readAnswer(link: unknown): unknown {
	for (const answer of [
		readProperty(link, 'body'),
		readProperty(readProperty(link, 'response'), 'data'),
	]) {
		const parsed =
			typeof answer === 'string' && answer.length <= MAX_TEXT_LENGTH ? parseJson(answer) : answer;
		if (readString(parsed, 'error') !== undefined) return parsed;
		const { names, text } = readApiError(readProperty(parsed, 'error'));
		if (names[0] !== undefined) return { error: names[0], error_description: text };
	}
	return undefined;
}

function followCauses(error: unknown): unknown[] {
	const links: unknown[] = [];
	let link = error;
	while (link !== undefined && link !== null && links.length < MAX_DEPTH && !links.includes(link)) {
		links.push(link);
		link = readProperty(link, 'cause') ?? readProperty(readProperty(link, 'errors'), '0');
	}
	return links;
}

function readReply(link: unknown): Reply | undefined {
	const response = readString(link, 'response');
	const fromResponse = response === undefined ? undefined : parseReply(response);
	if (fromResponse !== undefined) return fromResponse;
	const replyCode = readInteger(link, 'responseCode');
	return replyCode === undefined || replyCode < 400 || replyCode > 599
		? undefined
		: { replyCode, text: response ?? String(replyCode) };
}

/**
 * Reads an error of any kind (nodemailer's, n8n's, Axios's, Node.js's, or no error at all).
 * Never throws.
 */
export function readEvidence(error: unknown): Evidence {
	const links = followCauses(error);
	const strings = (keys: readonly string[]): string[] =>
		links.flatMap((link) => keys.flatMap((key) => readString(link, key) ?? []));
	const first = <T>(read: (link: unknown) => T | undefined): T | undefined =>
		links.map(read).find((found) => found !== undefined);
	const messages = strings(['message']);
	const answer = first(readAnswer);
	return {
		codes: strings(['originalCode', 'code']),
		names: strings(['name']),
		messages: messages.length > 0 ? messages : [safeText(error, MAX_TEXT_LENGTH)],
		timeoutType: first((link) => readString(link, 'timeoutType')),
		command: first((link) => readString(link, 'command')),
		reply: first(readReply) ?? parseReply(messages[0] ?? ''),
		oauthError: readString(answer, 'error'),
		oauthDescription: readString(answer, 'error_description'),
		oauthCodes: readCodes(answer),
		oauthSubtype: readString(answer, 'error_subtype'),
		httpStatus:
			first((link) => readInteger(readProperty(link, 'response'), 'status')) ??
			first((link) => readInteger(link, 'status')),
		declaredCause: first((link) => readString(readProperty(link, 'failure'), 'cause')),
	};
}

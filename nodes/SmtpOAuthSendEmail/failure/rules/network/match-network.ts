import { CUSTOM_PROVIDER } from '../../../../../credentials/providers/providers';
import { CERTIFICATE_PROBLEMS } from './certificate-problems';
import type { Evidence } from '../../evidence/evidence';
import type { FailureContext, FailureDraft } from '../../model/failure';
import {
	DEFECT_ERROR_NAMES,
	EGRESS_ERROR_NAMES,
	NETWORK_RULES,
	NOT_TLS_CODES,
	NOT_TLS_PHRASE,
} from './network-rules';
import { matchTlsError } from './tls-rules';

/** A longer message is searched for phrases only so far. */
const MAX_SEARCHED_LENGTH = 1_000;

const SET_EXPLICIT =
	'Open the credential and set SSL Mode to Explicit (STARTTLS). If you want Implicit (SSL/TLS), set Port to the server’s port for it, usually 465.';

const SILENT_PORT =
	'Check SMTP Server and Port in the credential first: the port must be one for sending mail, 465 or 587 in most cases. If it is 465, or the guide of the server calls it SSL/TLS, set SSL Mode to Implicit (SSL/TLS): such a port waits for the encryption to begin. A port for something else, such as a website, stays silent too.';

function says(evidence: Evidence, phrase: RegExp): boolean {
	return evidence.messages.some((message) => phrase.test(message.slice(0, MAX_SEARCHED_LENGTH)));
}

function matchCertificate(
	evidence: Evidence,
	{ provider }: FailureContext,
): FailureDraft | undefined {
	const problem =
		CERTIFICATE_PROBLEMS.find(({ codes }) => codes.some((code) => evidence.codes.includes(code))) ??
		CERTIFICATE_PROBLEMS.find(({ phrase }) => says(evidence, phrase));
	if (problem === undefined) return undefined;
	const { message, remedy, remedyForPreset = remedy } = problem;
	return {
		code: 'TLS_CERTIFICATE_INVALID',
		message,
		remedy: provider === CUSTOM_PROVIDER ? remedy : remedyForPreset,
	};
}

function matchTlsMode(evidence: Evidence, context: FailureContext): FailureDraft | undefined {
	const isNotTls =
		NOT_TLS_CODES.some((code) => evidence.codes.includes(code)) || says(evidence, NOT_TLS_PHRASE);
	if (isNotTls) {
		return context.sslMode === 'explicit'
			? { code: 'TLS_NOT_OFFERED' }
			: {
					code: 'TLS_MODE_MISMATCH',
					message:
						'{server} is not encrypted from the first byte, which SSL Mode Implicit expects.',
					remedy: SET_EXPLICIT,
				};
	}
	// A port for implicit TLS waits for our first byte, as we wait for its greeting. On the ports for STARTTLS silence means a server that is stuck: Postfix without its SASL service.
	const isCleartextPort = context.port === 587 || context.port === 25;
	if (
		evidence.timeoutType === 'GREETING_TIMEOUT' &&
		context.sslMode === 'explicit' &&
		!isCleartextPort
	) {
		return {
			code: 'TLS_MODE_MISMATCH',
			message:
				'{server} took the connection and then said nothing. With SSL Mode Explicit, which the credential has, the server speaks first.',
			remedy: SILENT_PORT,
		};
	}
	return undefined;
}

function matchLibrary(evidence: Evidence): FailureDraft | undefined {
	const has = (code: string): boolean => evidence.codes.includes(code);
	if (has('EMESSAGE') && says(evidence, /size larger than allowed/i)) {
		return { code: 'MESSAGE_TOO_LARGE' };
	}
	if (has('EENVELOPE') && says(evidence, /internationalized mailbox/i)) {
		return { code: 'SMTPUTF8_NOT_OFFERED' };
	}
	if (has('EENVELOPE') && evidence.command === 'API') return { code: 'INVALID_PARAMETER' };
	if (has('EAUTH')) return { code: 'MECHANISM_NOT_OFFERED' };
	// The stream that broke is the message's own: an attachment could not be read to its end.
	if (has('ESTREAM') || has('ENOENT')) return { code: 'ATTACHMENT_MISSING' };
	return undefined;
}

function matchParameters(evidence: Evidence, context: FailureContext): FailureDraft | undefined {
	if (context.stage !== 'parameters') return undefined;
	if (evidence.names.some((name) => DEFECT_ERROR_NAMES.includes(name))) return undefined;
	return says(evidence, /binary (?:file|data|field|property)/i)
		? { code: 'ATTACHMENT_MISSING' }
		: { code: 'INVALID_PARAMETER' };
}

/**
 * What a fault without a server's reply means: TLS, network, name service, the library's own
 * refusals, n8n's errors about parameters, a defect.
 */
export function matchFault(evidence: Evidence, context: FailureContext): FailureDraft {
	const isAborted = evidence.codes.includes('EABORT') || evidence.names.includes('AbortError');
	const isBlocked = evidence.names.some((name) => EGRESS_ERROR_NAMES.includes(name));
	const network = NETWORK_RULES.find(({ errorCodes }) =>
		errorCodes.some((code) => evidence.codes.includes(code)),
	);
	// After the final dot only a reply says what became of the message.
	if (context.stage === 'reply') return { code: 'DELIVERY_UNKNOWN' };
	if (isAborted) return { code: 'CANCELLED' };
	if (isBlocked) return { code: 'EGRESS_BLOCKED' };
	return (
		matchParameters(evidence, context) ??
		matchCertificate(evidence, context) ??
		matchTlsMode(evidence, context) ??
		matchTlsError(evidence, context.stage) ??
		matchLibrary(evidence) ??
		network ?? { code: 'UNCLASSIFIED' }
	);
}

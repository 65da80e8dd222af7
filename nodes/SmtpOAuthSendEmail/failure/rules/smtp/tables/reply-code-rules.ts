import {
	assumed,
	byCode,
	certain,
	hint,
	MICROSOFT,
	OF_CONTENT,
	OF_GREETING,
	OF_MESSAGE,
	type ReplyRule,
	strong,
	vague,
} from './reply-rule';

/**
 * What basic reply codes say, and what is assumed at each stage where nothing says more. Sources:
 * RFC 5321 §4.2.2 and §4.3.2, RFC 4954 §6, RFC 7504, RFC 3207 §4.
 */
export const REPLY_CODE_RULES: readonly ReplyRule[] = [
	byCode('connections', { replyCodes: [432] }),
	certain('signInPolicy', { replyCodes: [432], status: ['7.12'] }),
	vague('mailboxAccess', { replyCodes: [430], providers: MICROSOFT }),

	strong('noTlsNow', { replyCodes: [454], stages: ['tls'] }),
	hint('signInUnavailable', { replyCodes: [454], stages: ['auth'] }),
	hint('mechanism', { replyCodes: [530] }),
	byCode('signInPolicy', { replyCodes: [534], stages: ['auth'] }),
	vague('tokenRefused', { replyCodes: [535] }),
	byCode('tlsFirst', { replyCodes: [538] }),
	certain('mechanism', {
		replyCodes: [502, 504],
		stages: ['auth'],
		without: /activat|suspend|disabled|verif|account/,
	}),
	hint('size', { replyCodes: [552], stages: OF_MESSAGE }),
	hint('recipient', { replyCodes: [556] }),
	hint('connectionRefused', { replyCodes: [521, 554], stages: OF_GREETING }),
	hint('noTls', { replyCodes: [500, 502, 503], stages: ['ehlo'] }),
	hint('ehloName', { replyCodes: [501, 504, 553], stages: ['ehlo'] }),

	// Assumptions. A transient code says so itself, at every stage.
	vague('busy', { severity: 4 }),
	assumed('connectionRefused', { severity: 5, stages: OF_GREETING }),
	assumed('protocol', {
		severity: 5,
		stages: ['auth'],
		replyCodes: [500, 501, 502, 503, 504, 555],
	}),
	vague('outOfOrder', { severity: 5, stages: ['auth'], replyCodes: [503] }),
	assumed('signInRefused', { severity: 5, stages: ['auth'] }),
	vague('protocol', { severity: 5, stages: OF_MESSAGE, replyCodes: [500, 502, 504, 555] }),
	vague('outOfOrder', { severity: 5, stages: OF_MESSAGE, replyCodes: [503] }),
	assumed('senderRefused', { severity: 5, stages: ['mailFrom'] }),
	assumed('recipientRefused', { severity: 5, stages: ['rcptTo'] }),
	assumed('contentRefused', { severity: 5, stages: OF_CONTENT }),
	assumed('unknown', { severity: 5, stages: ['parameters', 'token'] }),
];

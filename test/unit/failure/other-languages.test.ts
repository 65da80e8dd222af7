import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { translateWords } from '../../../nodes/SmtpOAuthSendEmail/failure/evidence/translate-words.js';
import { context, errorWith } from '../../support/smtp/fault-context.js';

describe('a reply in another language than English', () => {
	it.each([
		['auth', '550 5.7.1 Ihr Konto wurde gesperrt', 'ACCOUNT_BLOCKED'],
		['rcptTo', '550 Empfänger unbekannt', 'RECIPIENT_REJECTED'],
		['mailFrom', '450 Zu viele Nachrichten pro Stunde', 'RATE_LIMITED'],
		['connect', '421 Trop de connexions, veuillez vérifier votre configuration.', 'RATE_LIMITED'],
		['mailFrom', '550 Authentification requise.', 'MECHANISM_NOT_OFFERED'],
		['rcptTo', '552 Boîte aux lettres pleine', 'MAILBOX_FULL'],
		['mailFrom', '550 Limite de messages par jour dépassée', 'QUOTA_EXHAUSTED'],
		['rcptTo', '550 El buzón está lleno', 'MAILBOX_FULL'],
		['data', '554 Cuenta bloqueada', 'ACCOUNT_BLOCKED'],
		['connect', '421 Troppe connessioni', 'RATE_LIMITED'],
		['mailFrom', '550 Conta suspendida', 'ACCOUNT_BLOCKED'],
		['rcptTo', '550 Skrzynka odbiorcy jest pełna', 'MAILBOX_FULL'],
		['mailFrom', '550 Превышен лимит сообщений в сутки', 'QUOTA_EXHAUSTED'],
		['rcptTo', '550 Получатель не существует', 'RECIPIENT_REJECTED'],
		['auth', '550 用户无权登陆', 'PERMISSION_MISSING'],
		['rcptTo', '550 邮箱不存在', 'RECIPIENT_REJECTED'],
	] as const)('at %s is understood: %s', (stage, response, code) => {
		const failure = classifyFailure(errorWith('refused', { response }), context(stage));
		expect(failure.code).toBe(code);
		expect(failure.message).toContain(response);
	});

	it.each([
		'connection refused by the server: limited to 5 messages, contact the destination',
		'mail content rejected, please contain your request; suspended',
	])('leaves English as it is: %s', (english) => {
		expect(translateWords(english)).toBe(english);
	});
});

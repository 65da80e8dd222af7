import type { EntraServer } from './entra-server.js';
import type { TokenIssuer } from '../accounts/access-token-check.js';

/**
 * Which of Entra's access tokens open SMTP, and for which mailboxes: a person's with SMTP.Send the own
 * one; an application's with SMTP.SendAsApp those that Exchange's administrator has given it.
 */
export function entraTokensForSmtp(entra: EntraServer): TokenIssuer {
	return (token) => {
		const check = entra.verifyToken(token, 'exchange');
		if (!check.ok) {
			const isForeign = check.reason === 'malformed' || check.reason === 'signature';
			return isForeign ? undefined : { ok: false, error: 'invalid_token', reason: check.reason };
		}
		const { appid: clientId, oid, roles, scopes, upn } = check.claims;
		if (upn === undefined) {
			if (!roles.includes('SMTP.SendAsApp')) {
				return { ok: false, error: 'insufficient_scope', reason: 'no role SMTP.SendAsApp' };
			}
			const mailboxes = check.tenant.exchange.mailboxesOf(clientId, oid);
			return { ok: true, clientId, accountId: undefined, mailboxes };
		}
		return scopes.includes('SMTP.Send')
			? { ok: true, clientId, accountId: upn.toLowerCase() }
			: { ok: false, error: 'insufficient_scope', reason: 'no scope SMTP.Send' };
	};
}

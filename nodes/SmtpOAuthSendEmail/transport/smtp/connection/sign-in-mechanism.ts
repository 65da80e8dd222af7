import type { MailAccount } from '../../../auth/mail-account';
import { chooseMechanism, type SaslMechanism } from './sasl';
import type { SessionContext } from '../../fault-context';
import { knownFailure, type StepResult } from './session-failure';
import { succeed } from '../../../result/result';

/**
 * The mechanism to sign in by, from those the server's EHLO offers. Fails with
 * `MECHANISM_NOT_OFFERED`, saying what there is.
 */
export function findMechanism(
	account: MailAccount,
	offeredMechanisms: readonly string[],
	context: SessionContext,
): StepResult<SaslMechanism> {
	const mechanism = chooseMechanism(account.saslMechanism, offeredMechanisms);
	if (mechanism !== undefined) return succeed(mechanism);
	const place = `${account.host}:${String(account.port)}`;
	const offered = offeredMechanisms.join(', ');
	const wanted =
		account.saslMechanism === 'auto' ? 'XOAUTH2 or OAUTHBEARER' : account.saslMechanism;
	const detail =
		offered === ''
			? `${place} offers no sign-in at all.`
			: `${place} offers the sign-in methods ${offered}, but not ${wanted}.`;
	return knownFailure(
		{ code: 'MECHANISM_NOT_OFFERED', detail },
		{ ...context, stage: 'auth', offeredMechanisms },
	);
}

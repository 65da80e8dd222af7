import type { MailAccount } from '../../../auth/mail-account';
import { UNREACHED, type ServerStages } from '../../../status/verify-report';
import type { SessionFailure } from '../connection/session-failure';
import { openConnection, type SessionLimits } from '../connection/connection-set-up';
import { sessionContext } from '../../fault-context';
import { describeSetUp, describeUnreachable } from './probe-set-up';
import { trySignIn, type ProbeIdentity } from './probe-sign-in';
import { SetUpWatch } from './handshake-observer';

/** How far the server let us come. */
export interface Probe {
	readonly stages: ServerStages;
	/** What ended the sign-in, or kept it from being begun. */
	readonly failed?: SessionFailure | undefined;
}

/**
 * Checks the server and its sign-in up to MAIL FROM, over a connection of its own, and
 * takes the message back: none is sent. Goes as far as it can; over a connection whose certificate is
 * not trusted it looks around, and shows no credential. No connection is left when it resolves. Never
 * throws.
 */
export async function probeServer(
	account: MailAccount,
	identity: ProbeIdentity,
	limits: SessionLimits,
): Promise<Probe> {
	const { token, from } = identity;
	const context = { ...sessionContext(account, token), from };
	const watch = new SetUpWatch(token?.secrets ?? []);
	const opened = await openConnection(account, context, limits, watch);
	if (!opened.ok) {
		watch.clock.stop();
		const stages = describeUnreachable(account, opened, watch);
		return { stages: { ...stages, auth: UNREACHED, mailFrom: UNREACHED } };
	}
	const setUp = opened.value;
	const greeted = await setUp.step(async () => {
		await setUp.greet();
	});
	watch.clock.stop();
	const failed = greeted.ok ? undefined : greeted;
	const stages = describeSetUp(setUp, failed, watch, account);
	const signIn =
		failed === undefined
			? await trySignIn(setUp, account, identity, watch)
			: { auth: UNREACHED, mailFrom: UNREACHED, failed };
	await setUp.close();
	const { auth, mailFrom } = signIn;
	return { stages: { ...stages, auth, mailFrom }, failed: signIn.failed };
}

import { succeed } from '../../result/result';
import type { TransportKind } from '../mail-transport';
import { evictIdle } from './pool/connection-pool';
import { createSmtpTransport } from './smtp-transport';
import { verifyMailbox } from './verify/verify-smtp';

/** SMTP carries every message; what a server lacks shows only when it is asked. */
export const SMTP: TransportKind = {
	hasEnvelope: true,
	check: async () => await Promise.resolve(succeed([])),
	open(account, tokens, dependencies) {
		const { deliver } = createSmtpTransport(account, tokens, dependencies);
		return {
			deliver,
			async verify(from, limits) {
				const { mailboxState, egress } = dependencies;
				await evictIdle(mailboxState, account.maxConnections, performance.now());
				return await verifyMailbox(account, tokens, from, { ...limits, egress });
			},
		};
	},
};

import type { FailureStage } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/failure-stage.js';
import type { FailureContext } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';

/** What is known of a fault at a server of one's own. */
export const context = (
	stage: FailureStage,
	more: Partial<FailureContext> = {},
): FailureContext => ({
	stage,
	provider: 'custom',
	host: 'mail.example.com',
	port: 587,
	sslMode: 'explicit',
	user: 'anna@example.com',
	...more,
});

/** An error as libraries make it: with properties of its own. */
export const errorWith = (message: string, properties: object): Error =>
	Object.assign(new Error(message), properties);

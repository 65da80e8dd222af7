import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import type { FailureStage } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/failure-stage.js';

function failureOf(response: string, stage: FailureStage, provider: string) {
	const error = Object.assign(new Error('refused'), { response });
	return classifyFailure(error, {
		stage,
		provider,
		host: 'smtp.example.com',
		user: 'anna@example.com',
	});
}

const OWN = /^anna@example\.com is full/;
const RECIPIENTS = /^smtp\.example\.com says that the mailbox of the recipient is full/;
const SOMEBODYS =
	/^smtp\.example\.com says that a mailbox is full: .+, or anna@example\.com itself/;

describe('a full mailbox', () => {
	it.each([
		{ stage: 'mailFrom', provider: 'custom', reply: '552 5.2.2 Over quota', says: OWN },
		{ stage: 'rcptTo', provider: 'custom', reply: '552 5.2.2 Over quota', says: RECIPIENTS },
		{ stage: 'rcptTo', provider: 'gmail', reply: '452 4.2.2 Over quota', says: RECIPIENTS },
		{ stage: 'rcptTo', provider: 'outlook', reply: '554 5.2.2 mailbox full', says: RECIPIENTS },
		{ stage: 'reply', provider: 'microsoft365', reply: '554 5.2.2 mailbox full', says: OWN },
		{ stage: 'reply', provider: 'outlook', reply: '552 5.2.2 mailbox full', says: OWN },
		{ stage: 'data', provider: 'custom', reply: '552 5.2.2 Over quota', says: SOMEBODYS },
		{ stage: 'reply', provider: 'gmail', reply: '452 4.2.2 Over quota', says: SOMEBODYS },
		{
			stage: 'reply',
			provider: 'gmail',
			reply: "452 4.2.2 The recipient's inbox is out of storage space.",
			says: RECIPIENTS,
		},
		{
			stage: 'reply',
			provider: 'custom',
			reply: '554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException',
			says: OWN,
		},
		{
			stage: 'reply',
			provider: 'microsoft365',
			reply: '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException',
			says: RECIPIENTS,
		},
	] as const)('at $stage of $provider, "$reply", is named', ({ stage, provider, reply, says }) => {
		const failure = failureOf(reply, stage, provider);
		expect(failure).toMatchObject({ code: 'MAILBOX_FULL', retryable: false });
		expect(failure.message).toMatch(says);
	});

	it('of the sender is cleared where the provider keeps it, and of nobody else', () => {
		const own = failureOf('554 5.2.2 mailbox full', 'reply', 'microsoft365');
		expect(own.remedy).toContain('Deleted Items');
		const recipients = failureOf('552 5.2.2 mailbox full', 'rcptTo', 'microsoft365');
		expect(recipients.remedy).not.toContain('Deleted Items');
	});
});

import { expect, it } from 'vitest';
import { prepareMessage } from '../../../../nodes/SmtpOAuthSendEmail/message/prepare-message.js';
import {
	attachmentOf,
	ENVIRONMENT,
	messageFields,
	valueOf,
} from '../../../support/message/prepared-message.js';

it('a message in pieces is not composed without an attachment that is none of its own', async () => {
	const fields = messageFields({ attachments: [attachmentOf('one')] });
	const environment = { ...ENVIRONMENT, hasEnvelope: false };
	const { parts } = valueOf(await prepareMessage(fields, environment));
	const { parts: others } = valueOf(await prepareMessage(fields, environment));
	await expect(parts?.without(new Set(others?.attachments))).rejects.toThrow(
		'not one of this message',
	);
});

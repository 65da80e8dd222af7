import { expect, it } from 'vitest';
import {
	insertAttachments,
	placeholderFor,
} from '../../../../nodes/SmtpOAuthSendEmail/message/encoding/placeholders.js';
import { attachmentOf } from '../../../support/message/prepared-message.js';

const BOUNDARY = '0123456789abcdef0123456789abcdef';
const place = (index: number) => placeholderFor(BOUNDARY, index).toString('base64');
const insert = (message: string, bodyStart = 0) =>
	insertAttachments(
		Buffer.from(message),
		bodyStart,
		[attachmentOf('x'), attachmentOf('y')],
		BOUNDARY,
	);

it('attachments go to their placeholders in the order of the message', () => {
	const segments = insert(`head ${place(1)} middle ${place(0)} end`);
	expect(
		segments.map((segment) => (Buffer.isBuffer(segment) ? segment.toString() : segment.sizeBytes)),
	).toEqual(['head ', 1, ' middle ', 1, ' end']);
});

it.each([
	['missing', `${place(0)} and no other`, 0],
	['written in another way', `${place(0)} ${place(1).toLowerCase()}`, 0],
	['there twice', `${place(0)} ${place(1)} ${place(1)}`, 0],
	['in the header', `${place(0)} ${place(1)}`, 10],
])('a message whose placeholder is %s is not made', (_what, message, bodyStart) => {
	expect(() => insert(message, bodyStart)).toThrow('no place for the attachment');
});

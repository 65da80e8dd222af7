import { Writable } from 'node:stream';
import type MailComposer from 'nodemailer/lib/mail-composer';

const LINE_FEED = 0x0a;
const LINE_END = Buffer.from('\r\n');

/**
 * The bytes of a composed message behind header fields of our own, with a line end at its end. They
 * lie in memory of their own size: a message may wait for a permit for long, and a small buffer would
 * keep the whole of Node's shared one alive.
 */
export async function collectMessage(
	headers: Buffer,
	message: ReturnType<MailComposer['compile']>,
): Promise<Buffer> {
	const chunks = [headers];
	const collector = new Writable({
		write(chunk: Buffer, _encoding, done) {
			chunks.push(chunk);
			done();
		},
	});
	await new Promise<void>((resolve, reject) => {
		message.stream(collector, {}, (error) => {
			if (error instanceof Error) reject(error);
			else collector.end(resolve);
		});
	});
	if (chunks.at(-1)?.at(-1) !== LINE_FEED) chunks.push(LINE_END);
	const size = chunks.reduce((sum, { length }) => sum + length, 0);
	const whole = Buffer.allocUnsafeSlow(size);
	let at = 0;
	for (const chunk of chunks) at += chunk.copy(whole, at);
	return whole;
}

/** What makes CSS load something, or is a way around that: CSS Values 4 §4.5, CSS Cascade 5 §2, CSS Fonts 4 §4. */
const LOADING =
	/@import|@font-face|@namespace|url\s*\(|image-set\s*\(|src\s*\(|expression\s*\(|-moz-binding|behavior\s*:|javascript\s*:/i;

/** The same with what belongs to it, up to its end where it has one. */
const REMOVED: readonly RegExp[] = [
	/@(?:import|namespace)[^;]*;?/gi,
	/@font-face\s*(?:\{[^}]*\}?)?/gi,
	/(?:url|(?:-webkit-)?image-set|src|expression)\s*\([^)]*\)?/gi,
	/-moz-binding|behavior\s*:|javascript\s*:/gi,
];

/** CSS without comments and escapes: what a browser takes it for. */
function asUnderstood(css: string): string {
	return css
		.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '')
		.replace(/\\([0-9a-f]{1,6})\s?/gi, (_whole, digits: string) => {
			const codePoint = Number.parseInt(digits, 16);
			return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd';
		})
		.replace(/\\/g, '');
}

/**
 * The author's CSS, so that it can stand in a `<style>` element and can load nothing: no `<`, no
 * address, no import, no font. CSS that hides such a thing behind escapes or comments is left out as
 * a whole. The page's Content-Security-Policy forbids the same once more.
 */
export function sanitizeCss(css: string): string {
	let kept = css.replace(/<|\0/g, '').replace(/\r\n?|\f/g, '\n');
	// Until nothing is left to remove: what stood around a removed piece may make a new one.
	for (let before = ''; before !== kept;) {
		before = kept;
		for (const pattern of REMOVED) kept = kept.replace(pattern, '');
	}
	return !LOADING.test(asUnderstood(kept)) ? kept.trim() : '';
}

import { setFlagsFromString } from 'node:v8'

/**
 * Keeps V8's young generation from growing. To be called before anything else.
 *
 * Why: a sync makes its garbage page by page. The space where V8 would let it pile up costs 20–25 MB at a million memberships and saves no
 * measurable time (bench/README.md).
 */
export const keepNurserySmall = (): void => setFlagsFromString('--semi-space-growth-factor=1')

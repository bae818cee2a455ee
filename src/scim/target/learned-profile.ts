import type { TargetProfile } from './profile.ts'

/** The profile, as far as it is known by now. */
export interface LearnedProfile {
  current(): TargetProfile
  /** Tells `onLearned` where something is new. */
  learn(found: Partial<TargetProfile>): void
}

export function createLearnedProfile(
  first: TargetProfile,
  onLearned: (profile: TargetProfile) => void = () => {},
): LearnedProfile {
  let profile = first
  return {
    current: () => profile,
    learn(found) {
      const known = new Map<string, unknown>(Object.entries(profile))
      const isKnown = ([key, value]: readonly [string, unknown]) =>
        JSON.stringify(known.get(key)) === JSON.stringify(value)
      if (Object.entries(found).every(isKnown)) return
      profile = Object.freeze({ ...profile, ...found })
      onLearned(profile)
    },
  }
}

/** Templates and voice files may be used only when approved. */
export type ReviewState = 'pending' | 'approved' | 'rejected'

import type { Image } from '../image.ts'

export const nginxImage = (_name: 'nginx' | 'nginx-unprivileged'): Pick<Image, 'files' | 'programs'> => ({
  files: [],
  programs: new Map(),
})

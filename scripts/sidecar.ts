import { lesson } from './stage/lesson.ts'

export default lesson(async () => {})

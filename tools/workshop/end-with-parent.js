const lookEveryMs = 250

/**
 * Ends this process, as SIGTERM would, when the process that started it is gone. npm runs a script inside a shell, and a
 * shell that is told to end does not tell its program: without this, a service whose `npm start` was ended by a process
 * manager would go on alone. Does not keep the process alive.
 */
export function endWithParent() {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, lookEveryMs)
  watch.unref()
}

/** CPU milliseconds of this process so far, all threads: unlike the wall clock it does not count what others on the machine take. */
export function cpuMilliseconds(): number {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
}

/** Room on the disks that the platform writes to. */
@NullMarked
package ai.ipai.postgres.disk;

import org.jspecify.annotations.NullMarked;

/** Object storage outside this machine: a folder, or anything that speaks S3. */
@NullMarked
package ai.ipai.governance.object;

import org.jspecify.annotations.NullMarked;

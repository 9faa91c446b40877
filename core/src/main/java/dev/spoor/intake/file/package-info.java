/**
 * Files, folders, globs and standard input: finds them, unpacks gzip and zstd within limits, and
 * hands their bytes to {@link dev.spoor.intake.Intake}. A file that cannot be read costs nothing
 * but itself.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.intake.file;

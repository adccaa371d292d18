namespace Microsoft.Build.Framework;

/// <summary>
/// Tells MSBuild 18.6 and later that a task neither reads nor changes process-wide state, such as the current
/// directory, so that it may run in-process under <c>-mt</c>. MSBuild knows it by its name; older versions do not have
/// it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
